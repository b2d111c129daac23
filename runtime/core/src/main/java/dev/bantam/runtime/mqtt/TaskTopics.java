package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.RequestHandler.ServedSlot;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which connection hears which requests. With one slot its connection hears all tasks. With several
 * each hears those that it is the first to serve, and the control connection all, to answer those
 * that nobody serves.
 */
final class TaskTopics {

  private final Topics topics;
  private final List<FleetTopics> fleet;
  private final RequestHandler handler;
  private final boolean single;

  TaskTopics(Topics topics, List<FleetTopics> fleet, RequestHandler handler) {
    this.topics = topics;
    this.fleet = fleet;
    this.handler = handler;
    this.single = handler.slots().size() == 1;
  }

  private List<String> all() {
    return List.of(topics.taskFilter(), topics.askFilter());
  }

  /** What the control connection subscribes. */
  List<String> ofControl() {
    return single ? List.of() : all();
  }

  /** Whether the control connection answers requests for this task. */
  boolean isControls(String task) {
    return !single && !handler.tasks().contains(task);
  }

  /** What a slot's connection subscribes. */
  List<String> of(ServedSlot slot) {
    return single
        ? all()
        : tasks(slot)
            .flatMap(task -> Stream.of(topics.task(task), topics.base() + "/ask/+/" + task))
            .toList();
  }

  /** What it subscribes together with other devices. */
  List<String> sharedOf(ServedSlot slot) {
    return tasks(slot).flatMap(task -> fleet.stream().map(group -> group.shared(task))).toList();
  }

  /** Whether the slot's connection answers requests for this task. */
  boolean isSlots(ServedSlot slot, String task) {
    return single || isFirstFor(slot, task);
  }

  private Stream<String> tasks(ServedSlot slot) {
    return slot.tasks().stream().filter(task -> isFirstFor(slot, task)).sorted();
  }

  private boolean isFirstFor(ServedSlot slot, String task) {
    return handler.slots().stream()
        .filter(other -> other.tasks().contains(task))
        .findFirst()
        .filter(first -> first.name().equals(slot.name()))
        .isPresent();
  }
}
