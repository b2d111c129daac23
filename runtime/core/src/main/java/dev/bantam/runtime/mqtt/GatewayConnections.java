package dev.bantam.runtime.mqtt;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** All connections of a device: control first, one a slot, one a feed. On the gateway's context. */
final class GatewayConnections {

  private final ControlConnection control;
  private final List<WorkConnection> work;
  private final List<FeedConnection> feeds;

  GatewayConnections(
      ControlConnection control, List<WorkConnection> work, List<FeedConnection> feeds) {
    this.control = control;
    this.work = List.copyOf(work);
    this.feeds = new ArrayList<>(feeds);
  }

  ControlConnection control() {
    return control;
  }

  List<WorkConnection> work() {
    return work;
  }

  List<FeedConnection> feeds() {
    return List.copyOf(feeds);
  }

  /** That of the feeds of a name. */
  Optional<FeedConnection> feed(String name) {
    return feeds.stream().filter(one -> one.feed().name().equals(name)).findFirst();
  }

  /** Opens one more. */
  void open(FeedConnection further) {
    feeds.add(further);
    further.connection().open();
  }

  /** Has nothing more to do with one that is closed now. */
  void forget(FeedConnection closing) {
    feeds.remove(closing);
  }

  private Stream<MqttConnection> all() {
    return Stream.concat(
        Stream.concat(
            Stream.of(control.connection()), work.stream().map(WorkConnection::connection)),
        feeds.stream().map(FeedConnection::connection));
  }

  void open() {
    all().forEach(MqttConnection::open);
  }

  /** Completes once all are connected and subscribed for the first time. */
  Future<Void> ready() {
    return together(MqttConnection::ready);
  }

  Future<Void> close() {
    return together(MqttConnection::close);
  }

  private Future<Void> together(Function<MqttConnection, Future<Void>> step) {
    return Future.join(all().map(step).toList()).mapEmpty();
  }

  /** By client id. */
  Map<String, ConnectionState> states() {
    Map<String, ConnectionState> states = new LinkedHashMap<>();
    all().forEach(c -> states.put(c.clientId(), c.state()));
    return states;
  }

  boolean connected() {
    return all().allMatch(c -> c.state() instanceof ConnectionState.Connected);
  }

  /** Whether all are connected, and no change of what they listen to is under way. */
  boolean listening() {
    return connected() && all().allMatch(c -> c.subscriptions().settled());
  }

  /** Whether the broker is away: the first connection is not there. */
  boolean away() {
    return !(control.connection().state() instanceof ConnectionState.Connected);
  }

  /** Whether the brokers that are there have all that was published. */
  boolean flushed() {
    return all()
        .allMatch(c -> c.unsent() == 0 || !(c.state() instanceof ConnectionState.Connected));
  }

  boolean feedsIdle() {
    return feeds.stream().allMatch(FeedConnection::idle);
  }

  /** Completes once all that the broker has not taken is on the disk, where there is one. */
  Future<Void> keepTheRest() {
    return Future.join(
            Stream.concat(
                    Stream.of(control.keepTheRest()),
                    feeds.stream().map(FeedConnection::keepTheRest))
                .toList())
        .mapEmpty();
  }
}
