package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.store.DeviceStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * What a device publishes by itself over one connection. Where there is a store, it keeps what the
 * broker cannot take now; otherwise that waits in memory.
 */
final class OwnMessages implements Publisher {

  private final MqttConnection connection;
  private final Optional<SpoolingPublisher> spooling;

  /**
   * @param channel names its messages in the store, over restarts
   */
  OwnMessages(
      Context context, MqttConnection connection, Optional<DeviceStore> store, String channel) {
    this.connection = connection;
    this.spooling =
        store.map(kept -> new SpoolingPublisher(context, connection, kept.spool(channel)));
  }

  @Override
  public Future<Taken> publish(Publication publication) {
    return spooling.isPresent()
        ? spooling.get().publish(publication)
        : connection.publish(publication.message()).map(SpoolingPublisher::taken);
  }

  /** The connection is there. */
  void connected() {
    spooling.ifPresent(SpoolingPublisher::connected);
  }

  /** The connection is gone. */
  void lost() {
    spooling.ifPresent(SpoolingPublisher::lost);
  }

  /** Whether the broker has all; where nothing is kept, the connection knows. */
  boolean isEmpty() {
    return spooling.map(SpoolingPublisher::isEmpty).orElse(true);
  }

  /** Completes once all that the broker has not taken is on the disk, where there is one. */
  Future<Void> keepTheRest() {
    return spooling.map(SpoolingPublisher::close).orElse(Future.succeededFuture());
  }
}
