//! A receiver over HTTP for tests, on a port of its own: it records what it is sent, and behaves as it is told: answers,
//! fails, stalls, breaks off in the middle of an answer, sends without end.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Got {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// When it was read.
    pub at: Stopwatch,
    /// Whether it was answered with a success.
    pub is_accepted: bool,
}

/// What a receiver does with a request.
#[derive(Debug, Clone)]
pub enum Does {
    /// Answers with this status, these headers and this body.
    Answer(u16, &'static str, String),
    /// Closes the connection without an answer.
    Drop,
    /// Promises a body and closes the connection in the middle of it.
    BreakOff(u16),
    /// Does not answer for so long.
    Stall(Duration),
    /// Answers with a body that never ends.
    Endless,
}

impl Does {
    /// 204.
    pub fn accept() -> Does {
        Does::Answer(204, "", String::new())
    }
}

/// How a receiver behaves: told the request and how many came before.
pub type Behaviour = Box<dyn FnMut(&Got, usize) -> Does + Send>;

/// A receiver that listens.
pub struct Receiver {
    address: SocketAddr,
    inside: Arc<Inside>,
}

struct Inside {
    got: Mutex<Vec<Got>>,
    behaviour: Mutex<Behaviour>,
    is_over: AtomicBool,
}

impl Receiver {
    /// One that behaves like this, on a free port.
    ///
    /// # Panics
    ///
    /// Where there is no port.
    pub fn start(behaviour: impl FnMut(&Got, usize) -> Does + Send + 'static) -> Self {
        Receiver::at("127.0.0.1:0".parse().expect("an address"), behaviour)
    }

    /// One at this address, such as that of one that has ended.
    ///
    /// # Panics
    ///
    /// Where something else listens there.
    pub fn at(address: SocketAddr, behaviour: impl FnMut(&Got, usize) -> Does + Send + 'static) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("an address");
        let inside = Arc::new(Inside {
            got: Mutex::default(),
            behaviour: Mutex::new(Box::new(behaviour)),
            is_over: AtomicBool::new(false),
        });
        let ours = Arc::clone(&inside);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ours.is_over.load(Relaxed) {
                    return;
                }
                let ours = Arc::clone(&ours);
                // A client that goes away concerns nobody else.
                thread::spawn(move || drop(serve(&ours, &stream)));
            }
        });
        Receiver { address, inside }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A URL there.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What came so far.
    pub fn got(&self) -> Vec<Got> {
        self.inside.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What came so far and was answered with a success.
    pub fn accepted(&self) -> Vec<Got> {
        self.got().into_iter().filter(|got| got.is_accepted).collect()
    }

    /// It behaves like this from now on.
    pub fn behave(&self, behaviour: impl FnMut(&Got, usize) -> Does + Send + 'static) {
        *self.inside.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(behaviour);
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.inside.is_over.store(true, Relaxed);
        // It waits for somebody.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(inside: &Inside, mut stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let Some(mut got) = read(&mut reader)? else { return Ok(()) };
        let does = {
            let count = inside.got.lock().unwrap_or_else(PoisonError::into_inner).len();
            (inside.behaviour.lock().unwrap_or_else(PoisonError::into_inner))(&got, count)
        };
        got.is_accepted = matches!(does, Does::Answer(200..=299, ..) | Does::BreakOff(200..=299) | Does::Endless);
        inside.got.lock().unwrap_or_else(PoisonError::into_inner).push(got);
        match does {
            Does::Answer(status, headers, body) => {
                let length = body.len();
                write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{headers}\r\n{body}")?;
            }
            Does::Drop => return stream.shutdown(std::net::Shutdown::Both),
            Does::BreakOff(status) => {
                write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 1000\r\n\r\nonly this")?;
                return stream.shutdown(std::net::Shutdown::Both);
            }
            Does::Stall(time) => {
                thread::sleep(time);
                return Ok(());
            }
            Does::Endless => {
                write!(stream, "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")?;
                let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
                while !inside.is_over.load(Relaxed) {
                    stream.write_all(chunk.as_bytes())?;
                }
                return Ok(());
            }
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Got>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text: &String| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(Got { method, path, headers, body, at: Stopwatch::now(), is_accepted: false }))
}
