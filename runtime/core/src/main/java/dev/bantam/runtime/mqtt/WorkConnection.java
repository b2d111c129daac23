package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.RequestHandler.ServedSlot;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The connection by which one slot's requests come; it has room for as many as the slot takes. */
final class WorkConnection implements MqttConnection.Listener {

  private static final int MAX_RECEIVE_MAXIMUM = 65_535;

  private final MqttConnection connection;
  private final RequestLane lane;
  private final List<String> fleet;
  private final FleetWork fleetWork;
  private final RequestHandler handler;
  private final String slot;
  private final Runnable connected;
  private boolean sharesWork = true;
  private boolean inFleet = true;

  /**
   * @param connected run after each connect
   */
  WorkConnection(
      Connector connector,
      ServedSlot slot,
      TaskTopics tasks,
      RequestLane.Shared shared,
      Runnable connected) {
    this.fleet = tasks.sharedOf(slot);
    this.fleetWork = new FleetWork(shared.fleet());
    this.handler = shared.handler();
    this.slot = slot.name();
    this.connected = connected;
    List<String> filters = Stream.concat(tasks.of(slot).stream(), fleet.stream()).toList();
    int capacity = receiveMaximum(slot);
    connection =
        new MqttConnection(
            connector, connector.settings("-" + slot.name(), capacity, filters), this);
    lane = new RequestLane(connection, shared, task -> tasks.isSlots(slot, task), capacity);
    slotChanged();
  }

  private void limit(int capacity) {
    connection.receive(capacity);
    lane.limit(capacity);
  }

  private static int receiveMaximum(ServedSlot slot) {
    return Math.max(1, Math.min(slot.capacity(), MAX_RECEIVE_MAXIMUM));
  }

  /** The slot may have or lack a model now, or take more or fewer requests. */
  void slotChanged() {
    boolean shall = sharesWork && handler.hasModel(slot);
    if (shall != inFleet) {
      inFleet = shall;
      if (shall) {
        connection.subscriptions().add(fleet);
      } else {
        connection.subscriptions().end(fleet);
      }
    }
    handler.slots().stream()
        .filter(served -> served.name().equals(slot))
        .map(WorkConnection::receiveMaximum)
        .forEach(this::limit);
  }

  MqttConnection connection() {
    return connection;
  }

  /**
   * Takes no further work that other devices could do.
   *
   * @return completes when the broker gives it to them; not while the broker is away
   */
  Future<Void> leaveFleet() {
    sharesWork = false;
    inFleet = false;
    return connection.subscriptions().end(fleet);
  }

  /** Whether all that the fleets have given this connection is answered. */
  boolean isFleetWorkDone() {
    return fleetWork.isDone();
  }

  /** Takes work again that other devices could do, too, if its slot has a model. */
  void joinFleet() {
    sharesWork = true;
    slotChanged();
  }

  /** Starts no further requests. */
  void drain() {
    lane.drain();
  }

  @Override
  public void connected(int epoch) {
    connected.run();
  }

  @Override
  public Optional<OutboundMessage> will(int epoch) {
    return Optional.empty();
  }

  @Override
  public void conflictOver() {
    connected.run();
  }

  @Override
  public void message(InboundMessage message, int epoch, Runnable acknowledge) {
    lane.accept(message, epoch, fleetWork.counted(message, epoch, acknowledge));
  }
}
