package dev.bantam.simulator.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.protocol.TopicNames;
import dev.bantam.simulator.client.Json;
import dev.bantam.simulator.scenario.OrderSpec;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts messages that do not come in their order. Confined to one thread. */
final class OrderWatch {

  /** Of one wish; what comes beyond is not judged. */
  private static final int MOST_STREAMS = 100_000;

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private final List<Watched> all;

  /** One of the scenario's wishes, and what has come. */
  private static final class Watched {
    final OrderSpec spec;
    final Map<String, BigDecimal> latest = new HashMap<>();
    long messages;
    long outOfOrder;
    long without;

    Watched(OrderSpec spec) {
      this.spec = spec;
    }

    void heard(String topic, JsonNode body) {
      messages++;
      Optional<BigDecimal> place = place(body.path(spec.by()));
      if (place.isEmpty()) {
        without++;
        return;
      }
      String stream = topic + spec.each().map(field -> "\n" + body.path(field)).orElse("");
      if (latest.size() >= MOST_STREAMS && !latest.containsKey(stream)) {
        without++;
        return;
      }
      BigDecimal last = latest.merge(stream, place.get(), BigDecimal::max);
      outOfOrder += last.compareTo(place.get()) > 0 ? 1 : 0;
    }
  }

  OrderWatch(List<OrderSpec> specs) {
    this.all = specs.stream().map(Watched::new).toList();
  }

  /** What must be listened to. */
  List<String> filters() {
    return all.stream().map(each -> each.spec.topic()).toList();
  }

  /** Takes in a message, whatever it is. */
  void heard(String topic, byte[] payload) {
    for (Watched each : all) {
      if (TopicNames.matches(each.spec.topic(), topic)) {
        each.heard(topic, Json.tree(payload));
      }
    }
  }

  /** A number as it is, a date and time in seconds. */
  private static Optional<BigDecimal> place(JsonNode value) {
    if (value.isNumber()) {
      return Optional.of(value.decimalValue());
    }
    try {
      Instant instant = OffsetDateTime.parse(value.asText()).toInstant();
      return Optional.of(
          BigDecimal.valueOf(instant.getEpochSecond())
              .add(BigDecimal.valueOf(instant.getNano()).divide(NANOS)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  List<OrderReport> reports() {
    return all.stream()
        .map(each -> new OrderReport(each.spec.id(), each.messages, each.outOfOrder, each.without))
        .toList();
  }
}
