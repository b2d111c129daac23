package dev.bantam.runtime.cli.service;

import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.health.StatusDocument.SlotStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A runtime of this process, in the words of {@code systemctl status}.
 *
 * @param broker its address, for messages
 */
public record ServedDevice(BantamRuntime runtime, String broker) implements Watched {

  @Override
  public Future<Void> ready() {
    return runtime.ready();
  }

  @Override
  public Future<String> state() {
    return runtime.connected().map(this::words);
  }

  private String words(boolean connected) {
    return connected
        ? words(runtime.status().slots())
        : "waits for the broker at %s".formatted(broker);
  }

  static String words(List<SlotStatus> slots) {
    String serving = names(slots, true);
    String vacant = names(slots, false);
    if (serving.isEmpty()) {
      return "serves nothing yet: no model for slot " + vacant;
    }
    return "serves slot " + serving + (vacant.isEmpty() ? "" : "; no model for slot " + vacant);
  }

  private static String names(List<SlotStatus> slots, boolean withModel) {
    return slots.stream()
        .filter(slot -> slot.hasModel() == withModel)
        .map(SlotStatus::name)
        .collect(Collectors.joining(", "));
  }
}
