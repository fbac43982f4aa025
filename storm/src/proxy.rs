//! A detour between a program and a server, on which connections break, hang and dawdle at will.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};
use tokio_util::task::AbortOnDropHandle;

/// How much is passed on at a time: the answers of both servers mostly fit.
const CHUNK_BYTES: usize = 16 * 1024;

/// How connections are at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Traffic {
    /// No new ones come about.
    pub(crate) refused: bool,
    /// Nothing gets through; what is sent gets through when this is over.
    pub(crate) stalled: bool,
    /// Each piece is late by so much.
    pub(crate) delay: Duration,
}

/// Listens on a port of this machine and passes on to the socket of a server. Dropping it breaks all connections.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    traffic: watch::Sender<Traffic>,
    cuts: watch::Sender<u64>,
    _acceptor: AbortOnDropHandle<()>,
}

impl Proxy {
    /// Opens a port for the server that listens on this socket.
    pub(crate) async fn to(server: PathBuf) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (traffic, cuts) = (watch::Sender::default(), watch::Sender::default());
        let acceptor = accept(listener, server, traffic.subscribe(), cuts.subscribe());
        Ok(Self { address, traffic, cuts, _acceptor: AbortOnDropHandle::new(tokio::spawn(acceptor)) })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets how connections are from now on.
    pub(crate) fn set(&self, traffic: Traffic) {
        self.traffic.send_replace(traffic);
    }

    /// Breaks the connections there are. What was on its way is lost.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

async fn accept(listener: TcpListener, server: PathBuf, traffic: watch::Receiver<Traffic>, cuts: watch::Receiver<u64>) {
    // A port that cannot take a connection at this moment, for want of memory say, takes the next one.
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        if traffic.borrow().refused {
            continue;
        }
        let (server, traffic, mut cuts) = (server.clone(), traffic.clone(), cuts.clone());
        cuts.mark_unchanged();
        tokio::spawn(async move {
            tokio::select! {
                // Also when the proxy is gone.
                _ = cuts.changed() => {}
                // What either side does with a broken connection is its own affair.
                _ = pass_on(client, &server, traffic) => {}
            }
        });
    }
}

/// Until either side closes the connection.
async fn pass_on(client: TcpStream, server: &Path, traffic: watch::Receiver<Traffic>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = UnixStream::connect(server).await?.into_split();
    tokio::select! {
        ended = pump(from_client, to_server, traffic.clone()) => ended,
        ended = pump(from_server, to_client, traffic.clone()) => ended,
    }
}

async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut traffic: watch::Receiver<Traffic>) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let length = from.read(&mut chunk).await?;
        if length == 0 {
            return Ok(());
        }
        let delay = traffic.borrow().delay;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        // The proxy has gone: nobody will ever say that it may pass.
        traffic.wait_for(|traffic| !traffic.stalled).await.map_err(io::Error::other)?;
        to.write_all(&chunk[..length]).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::net::UnixListener;

    use super::*;

    /// Longer than anything here takes.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// A server that says everything twice, and a proxy to it.
    async fn parrot() -> (tempfile::TempDir, Proxy) {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("parrot.sock");
        let listener = UnixListener::bind(&socket).expect("a socket");
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut word = [0; 5];
                    while client.read_exact(&mut word).await.is_ok() {
                        let _ = client.write_all(&word.repeat(2)).await;
                    }
                });
            }
        });
        (folder, Proxy::to(socket).await.expect("a port"))
    }

    async fn connect(proxy: &Proxy) -> TcpStream {
        TcpStream::connect(proxy.address()).await.expect("the port is open")
    }

    async fn say(stream: &mut TcpStream) -> io::Result<[u8; 10]> {
        stream.write_all(b"Kesha").await?;
        let mut answer = [0; 10];
        stream.read_exact(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn what_is_said_gets_through_both_ways() {
        let (_folder, proxy) = parrot().await;
        let mut stream = connect(&proxy).await;
        for _ in 0..3 {
            assert_eq!(&say(&mut stream).await.expect("an answer"), b"KeshaKesha");
        }
    }

    #[tokio::test]
    async fn a_cut_breaks_connections_and_new_ones_come_about() {
        let (_folder, proxy) = parrot().await;
        let mut stream = connect(&proxy).await;
        say(&mut stream).await.expect("an answer");
        proxy.cut();
        let broken = async { while say(&mut stream).await.is_ok() {} };
        tokio::time::timeout(PATIENCE, broken).await.expect("the connection breaks");
        assert!(say(&mut connect(&proxy).await).await.is_ok());
    }

    #[tokio::test]
    async fn while_it_refuses_nothing_gets_through_to_newcomers() {
        let (_folder, proxy) = parrot().await;
        let mut old = connect(&proxy).await;
        say(&mut old).await.expect("an answer");
        proxy.set(Traffic { refused: true, ..Traffic::default() });
        assert!(say(&mut connect(&proxy).await).await.is_err());
        assert!(say(&mut old).await.is_ok());
        proxy.set(Traffic::default());
        assert!(say(&mut connect(&proxy).await).await.is_ok());
    }

    #[tokio::test]
    async fn a_delay_holds_up_each_way() {
        let (_folder, proxy) = parrot().await;
        let mut stream = connect(&proxy).await;
        let delay = Duration::from_millis(60);
        proxy.set(Traffic { delay, ..Traffic::default() });
        let began = Instant::now();
        say(&mut stream).await.expect("an answer");
        assert!(began.elapsed() >= 2 * delay, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn what_was_sent_into_a_stall_arrives_after_it() {
        let (_folder, proxy) = parrot().await;
        let mut stream = connect(&proxy).await;
        say(&mut stream).await.expect("an answer");
        proxy.set(Traffic { stalled: true, ..Traffic::default() });
        let mut answer = std::pin::pin!(say(&mut stream));
        tokio::time::timeout(Duration::from_millis(100), &mut answer).await.expect_err("nothing gets through");
        proxy.set(Traffic::default());
        assert_eq!(&answer.await.expect("the answer comes late"), b"KeshaKesha");
    }
}
