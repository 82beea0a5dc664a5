//! The commands, one module each. A new one is its `mod` line and its line in the list; its help is the doc comment of
//! its `Args`.

mod calendar;
mod cases;
mod completions;
mod config;
mod dead_letters;
mod demo;
mod dossiers;
mod emergency;
mod explain;
mod import;
mod investigations;
mod ledger;
mod letter;
mod man;
mod map;
mod notifications;
mod notify;
mod replay;
mod report;
mod schema;
mod serve;
mod sources;
mod topics;
mod validate;

use crate::exit::Exit;

/// Declares the enum that clap parses and runs what was parsed: each module has an `Args` with a `run` method.
macro_rules! commands {
    ($($Name:ident($module:ident)),+ $(,)?) => {
        /// What `duly` is asked to do.
        #[derive(Debug, clap::Subcommand)]
        pub(crate) enum Command {
            $($Name($module::Args),)+
        }

        impl Command {
            /// Runs the command to its end.
            pub(crate) fn run(self) -> miette::Result<Exit> {
                match self {
                    $(Command::$Name(args) => args.run(),)+
                }
            }
        }
    };
}

// In the order in which the help lists them.
commands! {
    Serve(serve),
    Demo(demo),
    Import(import),
    Map(map),
    Replay(replay),
    Report(report),
    Letter(letter),
    Explain(explain),
    Ledger(ledger),
    Cases(cases),
    Investigations(investigations),
    Emergency(emergency),
    Notifications(notifications),
    Notify(notify),
    DeadLetters(dead_letters),
    Validate(validate),
    Calendar(calendar),
    Topics(topics),
    Sources(sources),
    Config(config),
    Schema(schema),
    Completions(completions),
    Man(man),
}
