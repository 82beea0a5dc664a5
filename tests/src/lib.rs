//! What the tests of Duly share.
