package dev.bantam.runtime.mqtt;

import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The socket that Paho is given: without Nagle's delay, with {@link WireRepair} on what comes in,
 * and encrypted if the address says so. Paho takes it for a plain TCP socket, so there is one code
 * path for both, and closing it ends all of Paho's threads that wait on the network.
 */
final class BrokerSocket extends Socket {

  /** Paho takes up to a third of it to start its threads. */
  private static final long OUTLAST_NANOS = 1_000_000_000L;

  private final BrokerAddress address;
  private final BrokerTls tls;
  private final WireRepair.Facts facts;
  private final Runnable connected;
  private final Socket plain = new Socket();
  private volatile Socket active = plain;
  private @Nullable InputStream repaired;

  /**
   * @param connected run by the thread that connects, once it has
   */
  BrokerSocket(BrokerAddress address, BrokerTls tls, WireRepair.Facts facts, Runnable connected) {
    this.address = address;
    this.tls = tls;
    this.facts = facts;
    this.connected = connected;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    facts.connecting = Thread.currentThread();
    plain.setTcpNoDelay(true);
    plain.connect(new InetSocketAddress(address.host(), address.port()), timeout);
    if (address.tls()) {
      plain.setSoTimeout(timeout);
      active = encrypt();
    }
    repaired = new WireRepair(active.getInputStream(), facts, OUTLAST_NANOS);
    connected.run();
  }

  private Socket encrypt() throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.sockets().createSocket(plain, address.host(), address.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    BrokerTls.restrict(parameters);
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (SocketException | EOFException | SocketTimeoutException e) {
      throw new IOException(
          "the broker cut the connection when it was asked for TLS (%s); use its TLS port, or mqtt:// without TLS; or %s"
              .formatted(e.getMessage(), tls.unwelcome()),
          e);
    }
    return socket;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    InputStream stream = repaired;
    if (stream == null) {
      throw new SocketException("not connected");
    }
    return stream;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new Telling(active.getOutputStream());
  }

  /** Tells that something has been sent. */
  private final class Telling extends FilterOutputStream {
    Telling(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      facts.wrote = true; // before, for the answer may be faster
      out.write(bytes, offset, length);
    }
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    active.setSoTimeout(timeout);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return plain.getTcpNoDelay();
  }

  @Override
  public boolean isConnected() {
    return active.isConnected();
  }

  @Override
  public boolean isClosed() {
    return plain.isClosed();
  }

  @Override
  public void shutdownInput() throws IOException {
    if (!plain.isClosed() && !address.tls()) {
      plain.shutdownInput();
    }
  }

  /** Closes the network connection at once; never waits for the other side. */
  @Override
  public void close() throws IOException {
    plain.close();
  }
}
