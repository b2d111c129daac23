package dev.bantam.runtime.cli.slot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.cli.BrokerEntry;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.simulator.client.Outgoing;
import dev.bantam.simulator.client.ReliableConnection;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a slot shall hold, as any controller does, and watches what the slot reports. For one
 * thread.
 */
final class SlotWish implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Retained messages come right behind the subscription; a wish of before may be absent. */
  private static final Duration SETTLE = Duration.ofMillis(500);

  private static final Duration FIRST_REPORT = Duration.ofSeconds(10);

  private record Message(boolean isReport, Map<String, Object> fields) {}

  private final String slot;
  private final Topics topics;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final Context own = vertx.getOrCreateContext();
  private final ReliableConnection connection;
  private Map<String, Object> report = Map.of();
  private long newest;

  private SlotWish(RunningDevice device, BrokerEntry entry, String slot) throws CliException {
    this.slot = slot;
    this.topics = new Topics(device.device());
    try {
      this.connection =
          new ReliableConnection(
              vertx,
              entry.access(device.url()),
              new ReliableConnection.Settings(
                  "slot-" + ProcessHandle.current().pid(),
                  true,
                  List.of(topics.reported(slot), topics.desired(slot))),
              this::received);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Connects, and reads what the slot holds and shall hold.
   *
   * @throws CliException if the slot says nothing
   */
  static SlotWish open(CliContext context, SlotStatus where, String slot)
      throws CliException, InterruptedException, ExecutionException {
    RunningDevice device = where.where.find(context);
    where.entry.check(device.urls());
    SlotWish wish = new SlotWish(device, where.entry, slot);
    try {
      wish.connect();
      return wish;
    } catch (CliException | InterruptedException | ExecutionException e) {
      wish.close();
      throw e;
    }
  }

  private void connect() throws CliException, InterruptedException, ExecutionException {
    Promise<Void> connected = Promise.promise();
    own.runOnContext(nothing -> connection.connect().onComplete(connected));
    Futures.await(connected.future());
    long end = System.nanoTime() + FIRST_REPORT.toNanos();
    while (report.isEmpty() && System.nanoTime() - end < 0) {
      read(Duration.ofNanos(end - System.nanoTime()));
    }
    if (report.isEmpty()) {
      throw new CliException(
          ExitCode.FAILED,
          "slot %s of device %s reports nothing: is the device up, and is that one of its slots (bantam slot list)?"
              .formatted(slot, topics.device()));
    }
    while (read(SETTLE) != null) {
      // Until it is quiet.
    }
  }

  private void received(MqttPublishMessage message) {
    String text = message.payload().toString(StandardCharsets.UTF_8);
    try {
      Map<String, Object> fields =
          text.isEmpty()
              ? Map.of()
              : JSON.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
      messages.add(new Message(message.topicName().equals(topics.reported(slot)), fields));
    } catch (JsonProcessingException e) {
      // Somebody's wish that is none: the device refuses it too.
      return;
    }
  }

  private @Nullable Message read(Duration limit) throws InterruptedException {
    Message message = messages.poll(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
    if (message != null) {
      if (message.isReport()) {
        report = message.fields();
        newest = Math.max(newest, generation(SlotStatus.part(report, "progress")));
        newest = Math.max(newest, generation(SlotStatus.part(report, "outcome")));
      } else {
        newest = Math.max(newest, generation(message.fields()));
      }
    }
    return message;
  }

  private static long generation(Map<String, Object> fields) {
    return fields.get("generation") instanceof Number number ? number.longValue() : 0;
  }

  /** What the slot reported last. */
  Map<String, Object> report() {
    return report;
  }

  /**
   * Writes a wish.
   *
   * @param fields all but its generation
   * @return its generation
   */
  long write(Map<String, Object> fields, Duration limit)
      throws CliException, InterruptedException, ExecutionException {
    long generation = newest + 1;
    Map<String, Object> wish = new LinkedHashMap<>();
    wish.put("generation", generation);
    wish.putAll(fields);
    Promise<Integer> taken = Promise.promise();
    own.runOnContext(nothing -> send(wish, taken));
    int code = Futures.await(taken.future().timeout(limit.toMillis(), TimeUnit.MILLISECONDS));
    if (code >= Outgoing.REFUSED) {
      throw new CliException(
          ExitCode.REFUSED,
          "the broker does not let this user write to %s (reason code 0x%x)"
              .formatted(topics.desired(slot), code));
    }
    return generation;
  }

  private void send(Map<String, Object> wish, Promise<Integer> taken) {
    try {
      connection.publish(
          new Outgoing(
              topics.desired(slot),
              Buffer.buffer(JSON.writeValueAsBytes(wish)),
              1,
              true,
              MqttProperties.NO_PROPERTIES,
              taken::tryComplete));
    } catch (JsonProcessingException e) {
      taken.fail(e);
    }
  }

  /** Is told what comes of a wish. */
  interface Watcher {
    void phase(Map<String, Object> progress);
  }

  /**
   * Waits until a wish has ended, or a newer one has taken its place.
   *
   * @return the outcome; of a newer wish if this one's was missed
   * @throws CliException if time is up first
   */
  Map<String, Object> await(long generation, Duration limit, Watcher watcher)
      throws CliException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Message message = read(Duration.ofNanos(end - System.nanoTime()));
      if (message == null) {
        throw new CliException(
            ExitCode.FAILED,
            "no outcome within %d s; the slot goes on, see bantam slot list"
                .formatted(limit.toSeconds()));
      }
      Map<String, Object> progress = SlotStatus.part(report, "progress");
      Map<String, Object> outcome = SlotStatus.part(report, "outcome");
      if (message.isReport() && generation(outcome) >= generation) {
        return outcome;
      }
      if (message.isReport() && generation(progress) == generation) {
        watcher.phase(progress);
      }
    }
  }

  @Override
  public void close() {
    Promise<Void> finished = Promise.promise();
    own.runOnContext(nothing -> connection.finish(SETTLE.toMillis()).onComplete(finished));
    finished.future().eventually(vertx::close).toCompletionStage().toCompletableFuture().join();
  }
}
