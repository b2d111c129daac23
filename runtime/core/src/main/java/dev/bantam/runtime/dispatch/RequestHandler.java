package dev.bantam.runtime.dispatch;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What takes decoded requests: all that the MQTT side sees of the dispatcher. Called on the
 * handler's own Vert.x context only.
 */
public interface RequestHandler {

  /**
   * Admits or refuses a request. Every request given here is answered: exactly one of {@link
   * Responder#answer} and {@link Responder#fail} is called, on this same context, now or later.
   */
  void dispatch(IncomingRequest request, Responder responder);

  /**
   * Cancels the request in flight with this {@link IncomingRequest#key}; its responder fails with
   * {@code CANCELLED}.
   *
   * @return false if no such request is in flight
   */
  boolean cancel(String key);

  /** The slots there are, in the order in which they are asked whether they serve a task. */
  List<ServedSlot> slots();

  /** Whether a slot has a model, or will have one in a moment. */
  default boolean hasModel(String slot) {
    return true;
  }

  /** All tasks that some slot serves, sorted. */
  default Set<String> tasks() {
    Set<String> tasks = new TreeSet<>();
    slots().forEach(slot -> tasks.addAll(slot.tasks()));
    return tasks;
  }

  /**
   * A slot as seen from outside.
   *
   * @param name the slot's name, of the form of a device id
   * @param tasks the tasks it serves
   * @param capacity requests that it takes at once: its workers and its queue, at least 1
   */
  record ServedSlot(String name, Set<String> tasks, int capacity) {
    public ServedSlot {
      tasks = Set.copyOf(tasks);
    }
  }
}
