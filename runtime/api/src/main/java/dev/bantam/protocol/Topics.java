package dev.bantam.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The topics of one device, all under {@code bantam/v1/device/{device}}.
 *
 * @param device the device id, {@code [a-z0-9][a-z0-9-]{0,62}}
 */
public record Topics(String device) {

  private static final Pattern DEVICE_ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern LEVEL = Pattern.compile("[^/+#\\x00]{1,128}");
  private static final String ROOT = "bantam/v1/device/";
  private static final String SLOT = "/slot/";
  private static final String DESIRED = "/desired";

  public Topics {
    if (!isDeviceId(device)) {
      throw new IllegalArgumentException(
          "\"%s\" is no device id; use 1 to 63 lower case letters, digits and '-', not starting with '-'"
              .formatted(device));
    }
  }

  public static boolean isDeviceId(String text) {
    return DEVICE_ID.matcher(text).matches();
  }

  public String base() {
    return ROOT + device;
  }

  /** MQTT 5 requests for one task. */
  public String task(String task) {
    return base() + "/task/" + requireLevel(task);
  }

  /** MQTT 5 requests for any task. */
  public String taskFilter() {
    return base() + "/task/+";
  }

  /** Requests of MQTT 3.1.1 clients, which cannot name a response topic. */
  public String ask(String client, String task) {
    return base() + "/ask/" + requireLevel(client) + "/" + requireLevel(task);
  }

  public String askFilter() {
    return base() + "/ask/+/+";
  }

  /** Where {@link #ask} is answered, and a good response topic for MQTT 5 clients too. */
  public String answer(String client, String task) {
    return base() + "/answer/" + requireLevel(client) + "/" + requireLevel(task);
  }

  /** Cancels by correlation data. */
  public String cancel() {
    return base() + "/cancel";
  }

  /** Retained: online or offline, profile, plugins, versions. */
  public String status() {
    return base() + "/status";
  }

  /** Retained: what one slot serves with. */
  public String reported(String slot) {
    return base() + SLOT + requireLevel(slot) + "/reported";
  }

  /** Retained: what one slot shall serve with, written by controllers. */
  public String desired(String slot) {
    return base() + SLOT + requireLevel(slot) + DESIRED;
  }

  /** {@link #desired} of all slots. */
  public String desiredFilter() {
    return base() + SLOT + "+" + DESIRED;
  }

  /** The slot that a {@link #desired} topic of this device is about; empty for any other topic. */
  public Optional<String> parseDesired(String topic) {
    String start = base() + SLOT;
    return topic.startsWith(start) && topic.endsWith(DESIRED)
        ? Optional.of(topic.substring(start.length(), topic.length() - DESIRED.length()))
            .filter(Topics::isLevel)
        : Optional.empty();
  }

  /** Figures, from time to time. */
  public String telemetry() {
    return base() + "/telemetry";
  }

  /** What has happened to the device, one message each. */
  public String event() {
    return base() + "/event";
  }

  /** What a request topic of this device asks for; empty for any other topic. */
  public Optional<RequestAddress> parse(String topic) {
    if (!topic.startsWith(base() + "/")) {
      return Optional.empty();
    }
    String[] levels = topic.substring(base().length() + 1).split("/", -1);
    if (levels.length == 2 && levels[0].equals("task") && isLevel(levels[1])) {
      return Optional.of(new RequestAddress(levels[1], Optional.empty()));
    }
    if (levels.length == 3 && levels[0].equals("ask") && isLevel(levels[1]) && isLevel(levels[2])) {
      return Optional.of(new RequestAddress(levels[2], Optional.of(levels[1])));
    }
    return Optional.empty();
  }

  /**
   * The last levels of a request topic.
   *
   * @param task the task asked for
   * @param client the asking client on an {@code ask} topic; empty on a {@code task} topic
   */
  public record RequestAddress(String task, Optional<String> client) {}

  static boolean isLevel(String text) {
    Matcher matcher = LEVEL.matcher(text);
    return matcher.matches() && TopicNames.isPrintable(text);
  }

  static String requireLevel(String text) {
    if (!isLevel(text)) {
      throw new IllegalArgumentException(
          "\"%s\" is no topic level; it must have 1 to 128 printable characters without '/', '+' and '#'"
              .formatted(text));
    }
    return text;
  }
}
