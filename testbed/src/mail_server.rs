//! A mail server that takes letters by SMTP, or misbehaves as it is told.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// The longest letter, in bytes.
const LETTER_BYTES_MAX: usize = 1024 * 1024;

/// What the server does with letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes them.
    Takes,
    /// It wants to see them again later (451).
    Later,
    /// It refuses them for good (550).
    Refuses,
    /// It reads them and says nothing, until its manner changes: then it hangs up.
    Hangs,
    /// It takes them and hangs up without saying so.
    TakesAndHangsUp,
    /// It has no time for anybody (421).
    TurnsAway,
}

/// A letter that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// To which address.
    pub to: String,
    /// The letter with its headers.
    pub text: String,
}

/// The server. It ends with the last of its clones and the runtime it was started on.
#[derive(Debug, Clone)]
pub struct MailServer {
    address: SocketAddr,
    manner: Arc<watch::Sender<Manner>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl MailServer {
    /// Starts a server that takes letters, on a port of its own.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (manner, watched) = watch::channel(Manner::Takes);
        let server = Self { address: listener.local_addr()?, manner: Arc::new(manner), received: Arc::default() };
        let received = server.received.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let session = Session { stream: BufStream::new(stream), manner: watched.clone(), received: received.clone() };
                // A client that hangs up ends its session.
                tokio::spawn(session.run());
            }
        });
        Ok(server)
    }

    /// Its address, as the configuration takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Lets it behave so from now on.
    pub fn behave(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }

    /// What has arrived so far, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.received).clone()
    }
}

struct Session {
    stream: BufStream<TcpStream>,
    manner: watch::Receiver<Manner>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Session {
    async fn run(mut self) -> io::Result<()> {
        if self.manner() == Manner::TurnsAway {
            return self.say("421 too many parrots").await;
        }
        self.say("220 mail.parrots.example").await?;
        let mut to = String::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
            match (verb.as_str(), self.manner()) {
                ("EHLO", _) => self.say("250-mail.parrots.example\r\n250 8BITMIME").await?,
                ("RCPT", Manner::Later) => self.say("451 4.7.1 come back later").await?,
                ("RCPT", Manner::Refuses) => self.say("550 5.1.1 nobody of this name perches here").await?,
                ("RCPT", _) => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    self.say("250 fine").await?;
                }
                ("DATA", _) => {
                    self.say("354 go on").await?;
                    let text = self.read_letter().await?;
                    let letter = Received { to: to.clone(), text };
                    match self.manner() {
                        Manner::Hangs => {
                            // Whether the sender of manners has gone or changed them: it is over.
                            let _ = self.manner.wait_for(|manner| *manner != Manner::Hangs).await;
                            return Ok(());
                        }
                        Manner::TakesAndHangsUp => {
                            lock(&self.received).push(letter);
                            return Ok(());
                        }
                        _ => {
                            lock(&self.received).push(letter);
                            self.say("250 taken").await?;
                        }
                    }
                }
                ("QUIT", _) => return self.say("221 bye").await,
                ("MAIL" | "NOOP" | "RSET", _) => self.say("250 fine").await?,
                _ => self.say("502 what?").await?,
            }
        }
    }

    /// Reads to the dot on a line of its own.
    async fn read_letter(&mut self) -> io::Result<String> {
        let mut letter = Vec::new();
        while !letter.ends_with(b"\r\n.\r\n") {
            if letter.len() > LETTER_BYTES_MAX {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            letter.push(self.stream.read_u8().await?);
        }
        letter.truncate(letter.len() - b".\r\n".len());
        String::from_utf8(letter).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        self.stream.write_all(line.as_bytes()).await?;
        self.stream.write_all(b"\r\n").await?;
        self.stream.flush().await
    }

    fn manner(&self) -> Manner {
        *self.manner.borrow()
    }
}

/// What a panic left is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
