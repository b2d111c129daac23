package dev.bantam.runtime.cli;

import dev.bantam.protocol.Topics;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say which device is meant. */
public final class DeviceEntry {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = {
        "The broker: mqtt://host:port or mqtts://host:port. Given several times, they are tried in",
        "order."
      })
  private List<String> urls = List.of();

  @Option(names = "--device", paramLabel = "NAME", description = "The device to ask.")
  private Optional<String> device = Optional.empty();

  /**
   * The device that is named, or the newest that is up on this machine.
   *
   * @throws CliException if there is none
   */
  public RunningDevice find(CliContext context) throws CliException {
    if (!urls.isEmpty() && device.isPresent()) {
      return RunningDevice.here(requireDeviceId(device.get()), urls, "ask");
    }
    List<RunningDevice> running =
        RunningDevice.all(context.home()).stream()
            .filter(d -> device.isEmpty() || d.device().equals(device.get()))
            .filter(d -> d.urls().containsAll(urls))
            .toList();
    if (running.isEmpty()) {
      throw new CliException(
          ExitCode.FAILED,
          device.isPresent() || !urls.isEmpty()
              ? "no such device is up on this machine; give both --url mqtt://host:port and --device NAME"
              : "nothing is up on this machine (looked in %s). Start it with: bantam up, or name a device with --url mqtt://host:port --device NAME"
                  .formatted(context.home().resolve("run")));
    }
    return running.get(0);
  }

  private static String requireDeviceId(String id) throws CliException {
    if (!Topics.isDeviceId(id)) {
      throw new CliException(
          ExitCode.USAGE,
          "\"%s\" is no device id; use 1 to 63 lower case letters, digits and '-'".formatted(id));
    }
    return id;
  }
}
