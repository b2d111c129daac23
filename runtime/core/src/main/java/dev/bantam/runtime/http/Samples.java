package dev.bantam.runtime.http;

import dev.bantam.runtime.governor.Level;
import dev.bantam.runtime.health.StatusDocument;
import dev.bantam.runtime.health.StatusDocument.SlotStatus;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes samples of what a device tells: the same figures as in its telemetry. */
final class Samples {

  private static final String BYTES = "bytes";
  private static final String SECONDS = "seconds";
  private static final String SLOT = "slot";
  private static final String OUTCOME = "outcome";

  /** What a sensor shows that shows nothing. */
  private static final double UNKNOWN = -1;

  private static final List<String> REQUEST_OUTCOMES =
      List.of("answered", "refused", "expired", "cancelled", "failed");
  private static final List<String> ROUTE_OUTCOMES =
      List.of("out", "filtered", "dropped", "errors");

  private final Snapshot snapshot;
  private final SampleList samples = new SampleList();

  private Samples(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** All of a device; those with the same name have the same tags. */
  static List<Sample> of(Snapshot snapshot) {
    Samples made = new Samples(snapshot);
    made.device();
    made.slots();
    made.memory();
    made.routes();
    made.mqtt();
    made.governor();
    made.process();
    return made.samples.all();
  }

  private void device() {
    StatusDocument status = snapshot.status();
    samples.gauge(
        "bantam.build.info",
        null,
        "Always 1; which device this is, its version and its device profile.",
        Tags.of(
            "device", status.device(), "version", status.version(), "profile", status.profile()),
        1);
    samples.gauge(
        "bantam.uptime", SECONDS, "Since the start.", Tags.empty(), status.uptime().toSeconds());
    samples.gauge(
        "bantam.ready",
        null,
        "1 if the device can be asked: connected to its broker, and a slot has a model.",
        Tags.empty(),
        snapshot.readiness().isReady() ? 1 : 0);
    status
        .temperature()
        .ifPresent(
            found ->
                samples.gauge(
                    "bantam.temperature",
                    "celsius",
                    "Of the hottest thermal zone that counts.",
                    Tags.of("zone", found.shown().zone()),
                    found.shown().tenths()));
  }

  private void slots() {
    for (SlotStatus slot : snapshot.status().slots()) {
      Tags tags = Tags.of(SLOT, slot.name());
      samples.gauge(
          "bantam.slot.serving",
          null,
          "1 if the slot answers requests with this model.",
          tags.and("model", slot.model().toString(), "state", slot.state()),
          slot.hasModel() && slot.state().equals("serving") ? 1 : 0);
      samples.gauge(
          "bantam.slot.workers",
          null,
          "Requests that the slot answers at the same time.",
          tags,
          slot.workers());
      samples.gauge(
          "bantam.slot.queue.limit",
          null,
          "Most requests that may wait in the slot.",
          tags,
          slot.queue());
      requests(slot.name(), tags);
    }
  }

  private void requests(String slot, Tags tags) {
    Map<?, ?> figures = SampleList.section(snapshot.figures(), "slots", slot);
    samples.gauge(
        "bantam.slot.requests",
        null,
        "Requests in the slot, at work or waiting.",
        tags,
        figures,
        "held");
    samples.gauge(
        "bantam.slot.queued", null, "Requests that wait for a worker.", tags, figures, "queued");
    samples.gauge(
        "bantam.slot.leases",
        null,
        "Leases on the model that serves: requests that have it, waiting or at work.",
        tags,
        figures,
        "leases");
    for (String outcome : REQUEST_OUTCOMES) {
      samples.counter(
          "bantam.requests",
          null,
          "Requests that ended, by how.",
          tags.and(OUTCOME, outcome),
          figures,
          outcome);
    }
    tokens(SampleList.section(figures, "tokens"), tags);
    SampleList.each(
        SampleList.section(figures, "swaps"),
        (outcome, count) ->
            samples.counter(
                "bantam.swaps",
                null,
                "Replacements of the slot's model, by how they ended.",
                tags.and(OUTCOME, outcome),
                count));
  }

  private void tokens(Map<?, ?> figures, Tags tags) {
    for (String kind : List.of("prompt", "completion")) {
      samples.counter(
          "bantam.tokens", null, "Of answered requests.", tags.and("kind", kind), figures, kind);
    }
    samples.counter(
        "bantam.decoded.tokens", null, "Made in the time of decoding.", tags, figures, "decoded");
    samples.counter(
        "bantam.decode",
        SECONDS,
        "From the first token to the last, of all answers: decoded tokens divided by it are tokens a second.",
        tags,
        figures,
        "decode_seconds");
    samples.counter(
        "bantam.prefill",
        SECONDS,
        "Until prompts were evaluated, of all answers.",
        tags,
        figures,
        "prefill_seconds");
  }

  private void memory() {
    Map<?, ?> figures = SampleList.section(snapshot.figures(), "memory");
    Tags none = Tags.empty();
    samples.gauge(
        "bantam.memory.budget", BYTES, "For models and requests.", none, figures, "budget_bytes");
    samples.gauge(
        "bantam.memory.models",
        BYTES,
        "That the models take of the budget while nobody asks, as predicted.",
        none,
        figures,
        "models_bytes");
    samples.gauge(
        "bantam.memory.reserved",
        BYTES,
        "That requests have reserved of the budget.",
        none,
        figures,
        "reserved_bytes");
    samples.gauge(
        "bantam.memory.waiting", null, "Requests that wait for memory.", none, figures, "waiting");
    samples.counter(
        "bantam.memory.waited", null, "Requests that waited for memory.", none, figures, "waited");
    samples.counter(
        "bantam.memory.refused",
        null,
        "Requests that need more memory than there is.",
        none,
        figures,
        "refused");
  }

  private void routes() {
    SampleList.section(snapshot.figures(), "routes")
        .forEach(
            (name, route) -> {
              Map<?, ?> figures = SampleList.section(route);
              Tags tags = Tags.of("route", String.valueOf(name));
              samples.counter(
                  "bantam.route.received", null, "Messages that came.", tags, figures, "in");
              samples.gauge(
                  "bantam.route.pending",
                  null,
                  "Messages that have not ended.",
                  tags,
                  figures,
                  "pending");
              for (String outcome : ROUTE_OUTCOMES) {
                samples.counter(
                    "bantam.route.ended",
                    null,
                    "Messages that ended, by how.",
                    tags.and(OUTCOME, outcome),
                    figures,
                    outcome);
              }
            });
  }

  private void mqtt() {
    snapshot
        .connections()
        .forEach(
            (client, isThere) ->
                samples.gauge(
                    "bantam.mqtt.connected",
                    null,
                    "1 if this connection to the broker is there.",
                    Tags.of("client", client),
                    isThere ? 1 : 0));
    SampleList.each(
        SampleList.section(snapshot.figures(), "refused"),
        (reason, count) ->
            samples.counter(
                "bantam.mqtt.refused",
                null,
                "Messages neither executed nor answered.",
                Tags.of("reason", reason),
                count));
    Map<?, ?> spool = SampleList.section(snapshot.figures(), "spool");
    Tags none = Tags.empty();
    samples.gauge(
        "bantam.spool.messages", null, "Wait for the broker on the disk.", none, spool, "waiting");
    samples.gauge(
        "bantam.spool.size", BYTES, "Of messages that wait on the disk.", none, spool, "bytes");
    samples.counter(
        "bantam.spool.dropped",
        null,
        "Messages that made room or were old.",
        none,
        spool,
        "dropped");
    samples.counter(
        "bantam.spool.lost", null, "Messages that could not be written.", none, spool, "lost");
  }

  private void governor() {
    Map<?, ?> figures = SampleList.section(snapshot.figures(), "governor");
    Tags none = Tags.empty();
    samples.gauge(
        "bantam.governor.step",
        null,
        "Steps that the device has taken to spare itself.",
        none,
        figures,
        "step");
    for (String direction : List.of("down", "up")) {
      samples.counter(
          "bantam.governor.steps",
          null,
          "Steps taken since the start.",
          Tags.of("direction", direction),
          figures,
          "steps_" + direction);
    }
    SampleList.section(figures, "sensors")
        .forEach(
            (sensor, level) ->
                samples.gauge(
                    "bantam.governor.sensor",
                    null,
                    "0 normal, 1 raised, 2 high, 3 critical; -1 where nothing shows it.",
                    Tags.of("sensor", String.valueOf(sensor)),
                    number(level)));
  }

  private static double number(@Nullable Object level) {
    for (Level each : Level.values()) {
      if (each.wireName().equals(level)) {
        return each.ordinal();
      }
    }
    return UNKNOWN;
  }

  private void process() {
    Map<?, ?> figures = SampleList.section(snapshot.figures(), "process");
    Tags none = Tags.empty();
    samples.counter(
        "process.cpu", SECONDS, "CPU time of all threads.", none, figures, "cpu_seconds");
    samples.gauge("bantam.process.heap", BYTES, "Java objects.", none, figures, "heap_bytes");
    samples.gauge(
        "bantam.process.anonymous",
        BYTES,
        "Resident memory of no file.",
        none,
        figures,
        "rss_anon_bytes");
    samples.gauge(
        "bantam.process.mapped",
        BYTES,
        "Resident pages of files.",
        none,
        figures,
        "rss_file_bytes");
    samples.gauge("bantam.process.swapped", BYTES, "Swapped out.", none, figures, "swap_bytes");
  }
}
