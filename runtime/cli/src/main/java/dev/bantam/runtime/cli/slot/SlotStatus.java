package dev.bantam.runtime.cli.slot;

import dev.bantam.runtime.cli.BrokerEntry;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.DeviceEntry;
import dev.bantam.runtime.cli.DeviceQuestion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that ask a device for its slots, and the question. */
final class SlotStatus {

  @Mixin DeviceEntry where = new DeviceEntry();
  @Mixin BrokerEntry entry = new BrokerEntry();

  @Option(
      names = "--timeout",
      defaultValue = "30",
      paramLabel = "SECONDS",
      description = "Longest time to wait for the device (default: ${DEFAULT-VALUE}).")
  private int timeout;

  /**
   * What slots report, with {@code history}, by name.
   *
   * @param slot one slot only
   */
  Map<String, Object> ask(CliContext context, Optional<String> slot)
      throws CliException, InterruptedException, ExecutionException {
    Map<String, Object> request = new LinkedHashMap<>();
    slot.ifPresent(name -> request.put("slot", name));
    try (DeviceQuestion question = new DeviceQuestion(context, where, entry)) {
      return part(question.ask("slot-status", request, Duration.ofSeconds(timeout)), "slots");
    }
  }

  /** A part that is an object; empty if it is not there. */
  static Map<String, Object> part(Map<?, ?> whole, String name) {
    Map<String, Object> part = new LinkedHashMap<>();
    if (whole.get(name) instanceof Map<?, ?> found) {
      found.forEach((key, value) -> part.put(String.valueOf(key), value));
    }
    return part;
  }

  /** A text, or a dash. */
  static String text(Map<?, ?> whole, String name) {
    Object found = whole.get(name);
    return found == null ? "-" : String.valueOf(found).replaceAll("\\p{Cntrl}", " ");
  }
}
