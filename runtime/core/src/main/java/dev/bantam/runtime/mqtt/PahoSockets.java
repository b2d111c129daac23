package dev.bantam.runtime.mqtt;

import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.SocketFactory;

/**
 * Hands Paho the sockets that we make: wherever it wants to go, it gets one to the real broker.
 *
 * @see BrokerSocket
 */
final class PahoSockets extends SocketFactory {

  private final Supplier<Socket> sockets;

  PahoSockets(Supplier<Socket> sockets) {
    this.sockets = sockets;
  }

  @Override
  public Socket createSocket() {
    return sockets.get();
  }

  @Override
  public Socket createSocket(String host, int port) {
    return sockets.get();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    return sockets.get();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    return sockets.get();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    return sockets.get();
  }
}
