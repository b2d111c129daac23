package dev.bantam.protocol;

import java.util.Optional;

/**
 * The topics of a fleet: devices of one group, which take turns by a shared subscription (MQTT 5,
 * section 4.8.2). All under {@code bantam/v1/fleet/{group}}.
 *
 * @param group the group's name, of the form of a device id
 */
public record FleetTopics(String group) {

  private static final String ROOT = "bantam/v1/fleet/";
  private static final String TASK = "/task/";

  public FleetTopics {
    if (!Topics.isDeviceId(group)) {
      throw new IllegalArgumentException(
          "\"%s\" is no name of a fleet's group; use 1 to 63 lower case letters, digits and '-', not starting with '-'"
              .formatted(group));
    }
  }

  /** MQTT 5 requests for one task, to whichever device of the group has its turn. */
  public String task(String task) {
    return ROOT + group + TASK + Topics.requireLevel(task);
  }

  /**
   * What a device of the group subscribes to for a task that it serves. Task by task, and never
   * with a wildcard: shared subscriptions with different filters each get a copy of a message.
   */
  public String shared(String task) {
    return "$share/" + group + "/" + task(task);
  }

  /** The task that a topic of this group asks for; empty for any other topic. */
  public Optional<String> parse(String topic) {
    String start = ROOT + group + TASK;
    return Optional.of(topic)
        .filter(t -> t.startsWith(start))
        .map(t -> t.substring(start.length()))
        .filter(Topics::isLevel);
  }
}
