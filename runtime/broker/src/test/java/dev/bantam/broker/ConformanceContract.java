package dev.bantam.broker;

import static dev.bantam.broker.RawClient.bytes;
import static dev.bantam.broker.RawClient.connect;
import static dev.bantam.broker.RawClient.join;
import static dev.bantam.broker.RawClient.packet;
import static dev.bantam.broker.RawClient.text;
import static dev.bantam.broker.RawClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of the conformance suite share: a broker, clients, names of their own. */
abstract class ConformanceContract {

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final List<RawClient> clients = new ArrayList<>();

  /** Unique in this run: the brokers live for a whole class. */
  String name;

  abstract int port();

  abstract boolean isEmbedded();

  @BeforeEach
  void name() {
    name = "c" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
  }

  @AfterEach
  void closeClients() {
    clients.forEach(RawClient::close);
  }

  /** Whether the broker under test is the one the difference makes an exception of. */
  boolean differs(Difference difference) {
    assertThat(difference.reason()).isNotBlank();
    return isEmbedded();
  }

  RawClient raw() {
    return raw(true);
  }

  RawClient raw(boolean v5) {
    RawClient client = new RawClient(port(), v5);
    clients.add(client);
    return client;
  }

  RawClient client(String suffix) {
    return client(suffix, Props.none());
  }

  RawClient client(String suffix, Props properties) {
    RawClient client = raw();
    client.connected(name + suffix, properties);
    return client;
  }

  /** A client that wants to find its session again. */
  RawClient returning(String suffix) {
    RawClient client = raw();
    client.connected(
        connect(
            name + suffix, 0, 0, Props.none().u32(Props.SESSION_EXPIRY, 300).encoded(), bytes()));
    return client;
  }

  RawClient client311(String suffix, boolean clean) {
    RawClient client = raw(false);
    client.connected(RawClient.connect311(name + suffix, clean));
    return client;
  }

  static byte[] emptySubscribe() {
    return packet(0x82, bytes(0, 5, 0));
  }

  static byte[] publishWithBrokenUtf8(String prefix) {
    byte[] topic = join(utf8(prefix), bytes(0xC3, 0x28));
    return packet(0x30, join(RawClient.field(topic), bytes(0), text("x")));
  }
}
