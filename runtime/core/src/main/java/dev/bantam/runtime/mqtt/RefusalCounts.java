package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.event.Growth;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs what is neither executed nor answered. */
final class RefusalCounts {

  private static final Logger log = LoggerFactory.getLogger(RefusalCounts.class);

  /** After that many of one kind only every hundredth is logged: logs must not fill a disk. */
  private static final long ALWAYS_LOGGED = 20;

  private static final long THEN_EVERY = 100;
  private static final int MOST_TOPIC_CHARS = 200;

  /** Of one reason. */
  private static final class Tally {
    private final Growth growth = new Growth(LossWatch.PAUSE);
    private long count;
    private String topic = "";
    private String responseTopic = "";
  }

  private final Events events;
  private final Map<RefusedRequest, Tally> tallies = new EnumMap<>(RefusedRequest.class);

  /**
   * @param events told of them, at most once a minute for each reason
   */
  RefusalCounts(Events events) {
    this.events = events;
  }

  void count(RefusedRequest reason, InboundMessage message) {
    Tally tally = tallies.computeIfAbsent(reason, first -> new Tally());
    tally.count++;
    tally.topic = shortened(message.topic());
    tally.responseTopic = shortened(message.responseTopic().orElse(""));
    if (tally.count <= ALWAYS_LOGGED || tally.count % THEN_EVERY == 0) {
      log.warn(
          "refused a message on \"{}\", response topic \"{}\": {} ({} so far)",
          tally.topic,
          tally.responseTopic,
          explain(reason),
          tally.count);
    }
  }

  /** Tells what was refused since it was last told, if it is time to. */
  void tellDue() {
    long now = System.nanoTime();
    tallies.forEach(
        (reason, tally) -> {
          long grown = tally.growth.due(tally.count, now);
          if (grown > 0) {
            events.tell(event(reason, tally, grown));
          }
        });
  }

  private static Event event(RefusedRequest reason, Tally tally, long grown) {
    return new Event(
        EventKind.REQUESTS_REFUSED,
        "messages neither executed nor answered: %d; %s".formatted(grown, explain(reason)),
        Map.of(
            "reason",
            reason.wireName(),
            "count",
            grown,
            "topic",
            tally.topic,
            "response_topic",
            tally.responseTopic));
  }

  /** How often, by reason; reasons that never came up are absent. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    tallies.forEach((reason, tally) -> counts.put(reason.wireName(), tally.count));
    return counts;
  }

  private static String explain(RefusedRequest reason) {
    return switch (reason) {
      case RETAINED -> "retained messages on task topics are ignored; publish without retain";
      case NO_RESPONSE_TOPIC ->
          "there is no response topic, so nobody could hear the answer; set one, or use an ask topic";
      case RESPONSE_TOPIC_NOT_ALLOWED ->
          "the response topic is not allowed; use one that matches mqtt.reply_topics";
      case UNKNOWN_TOPIC -> "no such request topic; use .../task/{task} or .../ask/{client}/{task}";
      case CANCEL_WITHOUT_REQUEST ->
          "a cancel must name exactly one request in flight, by its correlation data or id";
    };
  }

  private static String shortened(String topic) {
    String line = topic.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= MOST_TOPIC_CHARS ? line : line.substring(0, MOST_TOPIC_CHARS) + "...";
  }
}
