package io.github.sallyport.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** The network between two who speak TCP: it can be cut, and it can swallow everything. */
public final class Cable implements AutoCloseable {
  private final int to;
  private final ServerSocket here;
  private final Queue<Socket> ends = new ConcurrentLinkedQueue<>();
  private volatile boolean cut;
  private volatile CountDownLatch flowing = new CountDownLatch(0);

  /**
   * Leads from a port of its own to that one, on loopback.
   *
   * @param to nobody need listen there yet
   */
  public Cable(int to) throws IOException {
    this.to = to;
    this.here = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** Its near end. */
  public int port() {
    return here.getLocalPort();
  }

  /** Ends all connections and takes no new ones. */
  public void cut() {
    cut = true;
    endAll();
  }

  /** From now on takes connections and what they send, and passes nothing on. */
  public void swallow() {
    flowing = new CountDownLatch(1);
  }

  /** Works again, for new connections: what was swallowed is lost. */
  public void mend() {
    endAll();
    cut = false;
    flowing.countDown();
  }

  @Override
  public void close() throws IOException {
    here.close();
    endAll();
    flowing.countDown();
  }

  private void accept() {
    while (!here.isClosed()) {
      try {
        Socket near = here.accept();
        ends.add(near);
        if (cut) {
          near.close();
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
        ends.add(far);
        thread(() -> pass(near, far));
        thread(() -> pass(far, near));
      } catch (IOException e) {
        // The next one may do, and where we are closed there is none.
      }
    }
  }

  private void pass(Socket from, Socket into) {
    byte[] bytes = new byte[8192];
    try (InputStream in = from.getInputStream();
        OutputStream out = into.getOutputStream()) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        flowing.await();
        out.write(bytes, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // This connection has ended.
    }
  }

  private void endAll() {
    for (Socket end = ends.poll(); end != null; end = ends.poll()) {
      try {
        end.close();
      } catch (IOException e) {
        throw new AssertionError("a socket can always be closed", e);
      }
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "cable");
    thread.setDaemon(true);
    thread.start();
  }
}
