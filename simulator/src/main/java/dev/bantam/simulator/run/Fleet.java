package dev.bantam.simulator.run;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.ClientOptions;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.schedule.Publication;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * All connections of simulated sensors. A source's messages always take the same one, so that they
 * stay in their order. The methods may be called by any thread.
 */
final class Fleet {

  /** Messages between the thread that makes them and the one that sends them. */
  private static final int MAX_HANDED_OVER = 20_000;

  private final Context context;
  private final List<SensorConnection> connections = new ArrayList<>();
  private final Semaphore handOver = new Semaphore(MAX_HANDED_OVER);
  private final Lag lag = new Lag();

  /**
   * A message and when it is to be sent.
   *
   * @param dueNanos by {@code System.nanoTime}
   */
  record Due(Publication publication, long dueNanos) {}

  private Fleet(Context context) {
    this.context = context;
  }

  /**
   * Connects.
   *
   * @param prefix of the client identifiers
   * @param size connections
   * @return fails with a {@link TaskClientException} that says what to do
   */
  static Future<Fleet> connect(Vertx vertx, BrokerAccess broker, String prefix, int size) {
    Fleet fleet = new Fleet(vertx.getOrCreateContext());
    return fleet
        .onContext(
            () -> {
              for (int i = 0; i < size; i++) {
                fleet.connections.add(new SensorConnection(vertx, broker, prefix + "-" + i));
              }
              return fleet.connectFrom(0);
            })
        .map(fleet)
        .recover(
            failure ->
                Future.failedFuture(
                    new TaskClientException(
                        "cannot connect to the broker at %s: %s"
                            .formatted(broker, ClientOptions.reason(failure)),
                        failure)));
  }

  /** Some at a time: a broker's backlog of connections is not endless. */
  private Future<Void> connectFrom(int first) {
    if (first >= connections.size()) {
      return Future.succeededFuture();
    }
    int end = Math.min(connections.size(), first + 50);
    return Future.all(
            connections.subList(first, end).stream().map(SensorConnection::connect).toList())
        .compose(done -> connectFrom(end));
  }

  /** Sends messages that are due. Waits where the sending thread is too far behind. */
  void publish(List<Due> batch) throws InterruptedException {
    handOver.acquire(batch.size());
    List<Due> messages = List.copyOf(batch);
    context.runOnContext(
        nothing -> {
          for (Due due : messages) {
            lag.add(System.nanoTime() - due.dueNanos());
            connection(due.publication()).publish(due.publication());
          }
          handOver.release(messages.size());
        });
  }

  private SensorConnection connection(Publication publication) {
    return connections.get(Math.floorMod(publication.sourceNumber(), connections.size()));
  }

  /** What became of all messages so far. */
  Future<MessageCounts> counts() {
    return onContext(() -> Future.succeededFuture(sum()));
  }

  private MessageCounts sum() {
    return connections.stream()
        .map(SensorConnection::counts)
        .reduce(new MessageCounts(0, 0, 0, 0, 0), MessageCounts::plus);
  }

  /** How late messages went out so far. */
  Future<LagFigures> lag() {
    return onContext(() -> Future.succeededFuture(lag.figures()));
  }

  /** Waits a while for acknowledgements, then disconnects. Completes in any case. */
  Future<Void> finish(long graceMillis) {
    return onContext(
            () -> Future.join(connections.stream().map(each -> each.finish(graceMillis)).toList()))
        .transform(done -> Future.<Void>succeededFuture());
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future();
  }
}
