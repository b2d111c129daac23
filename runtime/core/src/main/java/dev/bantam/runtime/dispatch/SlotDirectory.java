package dev.bantam.runtime.dispatch;

import dev.bantam.runtime.dispatch.RequestHandler.ServedSlot;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which slot a request goes to: the first that serves its task, of those that have a model, if any
 * has; or the one that it names.
 */
final class SlotDirectory {

  private final List<SlotWorkers> slots;

  SlotDirectory(List<SlotWorkers> slots) {
    this.slots = List.copyOf(slots);
  }

  List<ServedSlot> served() {
    return slots.stream()
        .map(slot -> new ServedSlot(slot.name(), slot.tasks(), slot.limits().capacity()))
        .toList();
  }

  boolean hasModel(String name) {
    return slots.stream().anyMatch(slot -> slot.name().equals(name) && !slot.slot().isVacant());
  }

  /**
   * @throws TaskException {@link ErrorCode#UNKNOWN_TASK} or {@link ErrorCode#UNKNOWN_MODEL}, naming
   *     what there is
   */
  SlotWorkers find(IncomingRequest request) throws TaskException {
    List<SlotWorkers> candidates = named(request.slot());
    List<SlotWorkers> serving =
        candidates.stream().filter(slot -> slot.serves(request.task())).toList();
    if (serving.isEmpty()) {
      throw unknownTask(request, candidates);
    }
    if (request.model().isEmpty()) {
      return serving.stream()
          .filter(slot -> !slot.slot().isVacant())
          .findFirst()
          .orElse(serving.get(0));
    }
    String model = request.model().get();
    return serving.stream()
        .filter(slot -> isActive(model, slot))
        .findFirst()
        .orElseThrow(() -> unknownModel(request.task(), model, serving));
  }

  private List<SlotWorkers> named(Optional<String> name) throws TaskException {
    if (name.isEmpty()) {
      return slots;
    }
    List<SlotWorkers> named = slots.stream().filter(s -> s.name().equals(name.get())).toList();
    if (named.isEmpty()) {
      throw new TaskException(
          ErrorCode.UNKNOWN_MODEL,
          "this device has no slot \"%s\"; its slots are: %s"
              .formatted(
                  name.get(),
                  slots.stream().map(SlotWorkers::name).collect(Collectors.joining(", "))));
    }
    return named;
  }

  private static boolean isActive(String model, SlotWorkers slot) {
    try {
      return ModelReference.parse(model).matches(slot.slot().state().reference());
    } catch (IllegalArgumentException notOfTheForm) {
      return false;
    }
  }

  private TaskException unknownTask(IncomingRequest request, List<SlotWorkers> candidates) {
    String where =
        request.slot().map(slot -> "slot " + slot + " serves").orElse("this device serves");
    Set<String> tasks = new TreeSet<>();
    candidates.forEach(slot -> tasks.addAll(slot.tasks()));
    return new TaskException(
        ErrorCode.UNKNOWN_TASK,
        "unknown task \"%s\"; %s: %s".formatted(request.task(), where, String.join(", ", tasks)));
  }

  private static TaskException unknownModel(String task, String model, List<SlotWorkers> serving) {
    return new TaskException(
        ErrorCode.UNKNOWN_MODEL,
        "model \"%s\" is not active for task %s; leave \"model\" out or name one of: %s"
            .formatted(
                model,
                task,
                serving.stream()
                    .map(slot -> slot.slot().state().reference().toString())
                    .collect(Collectors.joining(", "))));
  }
}
