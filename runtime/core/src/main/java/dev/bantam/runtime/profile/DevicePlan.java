package dev.bantam.runtime.profile;

import java.util.List;
import java.util.Optional;

/**
 * What a device will have in its slots, and what that takes in memory.
 *
 * @param profile with the tier for the machine
 * @param machine this one, or one elsewhere
 * @param slots in the profile's order
 */
public record DevicePlan(DeviceProfile profile, Hardware machine, List<PlannedSlot> slots) {

  /**
   * What a serving process has of its own beside the models: the JVM, ONNX Runtime, the broker's
   * client and an encoder's plugin. Measured: decision 0144.
   */
  static final long RUNTIME_BYTES = 84L << 20;

  /** What a decoder's plugin adds: its heap and a tokenizer. Measured: decision 0144. */
  static final long DECODER_PLUGIN_BYTES = 22L << 20;

  public DevicePlan {
    slots = List.copyOf(slots);
  }

  /** What the profile lets models take, in bytes. */
  public long budget() {
    return profile.memoryBudget().bytesOf(machine.usableMemoryBytes());
  }

  /** What the process has of its own beside the models, plugins included; in bytes. */
  public long runtime() {
    long decoders =
        slots.stream()
            .filter(slot -> slot.options().stream().anyMatch(o -> o.need().decoder().isPresent()))
            .count();
    return RUNTIME_BYTES + decoders * DECODER_PLUGIN_BYTES;
  }

  /** What is left of the machine for models, where that is less than the budget; in bytes. */
  public long room() {
    return Math.max(0, Math.min(budget(), machine.usableMemoryBytes() - runtime()));
  }

  /** What the models take when all workers answer requests that fill their contexts, in bytes. */
  public long need() {
    return needs().stream().mapToLong(MemoryNeed::bytes).sum();
  }

  /** What the process takes once the models are loaded and while nobody asks, in bytes. */
  public long atRest() {
    return runtime() + needs().stream().mapToLong(MemoryNeed::weights).sum();
  }

  /** What the process takes at most, in bytes. */
  public long all() {
    return runtime() + need();
  }

  /** Why it does not fit, and what would; empty if it does. */
  public Optional<String> problem() {
    return MemoryNeed.overBudget(needs(), room());
  }

  private List<MemoryNeed> needs() {
    return slots.stream()
        .flatMap(slot -> slot.chosen().stream())
        .map(PlannedSlot.Option::need)
        .toList();
  }
}
