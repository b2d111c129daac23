package dev.bantam.runtime.mqtt;

import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs what is neither executed nor answered. */
final class RefusalCounts {

  private static final Logger log = LoggerFactory.getLogger(RefusalCounts.class);

  /** After that many of one kind only every hundredth is logged: logs must not fill a disk. */
  private static final long ALWAYS_LOGGED = 20;

  private static final long THEN_EVERY = 100;
  private static final int MOST_TOPIC_CHARS = 200;

  private final Map<RefusedRequest, Long> counts = new EnumMap<>(RefusedRequest.class);

  void count(RefusedRequest reason, InboundMessage message) {
    long count = counts.merge(reason, 1L, Long::sum);
    if (count <= ALWAYS_LOGGED || count % THEN_EVERY == 0) {
      log.warn(
          "refused a message on \"{}\", response topic \"{}\": {} ({} so far)",
          shortened(message.topic()),
          shortened(message.responseTopic().orElse("")),
          explain(reason),
          count);
    }
  }

  /** How often, by reason; reasons that never came up are absent. */
  Map<RefusedRequest, Long> counts() {
    return Map.copyOf(counts);
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
