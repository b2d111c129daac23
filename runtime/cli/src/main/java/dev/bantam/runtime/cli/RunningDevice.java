package dev.bantam.runtime.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.machine.ListenAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A runtime of this machine, as it tells other commands of itself: a file {@code run/PID.json} in
 * {@code BANTAM_HOME} for as long as it serves.
 *
 * @param device the device id
 * @param urls the brokers', in the order in which the device tries them
 * @param pid the process
 * @param command {@code up} or {@code run}
 * @param startedAt by the wall clock, in milliseconds since 1970
 * @param http where its health and figures are, as ADDRESS:PORT; null for nowhere
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunningDevice(
    @JsonProperty("device") String device,
    @JsonProperty("urls") List<String> urls,
    @JsonProperty("pid") long pid,
    @JsonProperty("command") String command,
    @JsonProperty("started_at") long startedAt,
    @JsonProperty("http") @Nullable String http) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public RunningDevice {
    urls = urls == null ? List.of() : List.copyOf(urls); // absent in files of older versions
  }

  /** This process. */
  public static RunningDevice here(String device, List<String> urls, String command) {
    return new RunningDevice(
        device, urls, ProcessHandle.current().pid(), command, System.currentTimeMillis(), null);
  }

  /** With where its health and figures are. */
  public RunningDevice telling(Optional<ListenAddress> at) {
    return new RunningDevice(
        device, urls, pid, command, startedAt, at.map(ListenAddress::toString).orElse(null));
  }

  /** Where its health and figures are; empty for nowhere. */
  public Optional<String> listens() {
    return Optional.ofNullable(http);
  }

  /** The broker that the device tries first. */
  public String url() {
    return urls.get(0);
  }

  private static Path folder(Path home) {
    return home.resolve("run");
  }

  private Path file(Path home) {
    return folder(home).resolve(pid + ".json");
  }

  /** Makes it known. */
  public void announce(Path home) throws IOException {
    Files.createDirectories(folder(home));
    Path draft = folder(home).resolve(pid + ".draft");
    JSON.writeValue(draft.toFile(), this);
    Files.move(draft, file(home), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes it back; a file that stays is of a process that is no more, and is overlooked. */
  public void withdraw(Path home) {
    try {
      Files.deleteIfExists(file(home));
    } catch (IOException e) {
      file(home).toFile().deleteOnExit();
    }
  }

  /** All that are alive, the newest first. */
  public static List<RunningDevice> all(Path home) {
    List<RunningDevice> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder(home))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
        read(file, found);
      }
    } catch (IOException e) {
      // No folder: nothing has ever run.
      return List.of();
    }
    found.sort(Comparator.comparingLong(RunningDevice::startedAt).reversed());
    return found;
  }

  private static void read(Path file, List<RunningDevice> found) {
    try {
      RunningDevice device = JSON.readValue(file.toFile(), RunningDevice.class);
      if (!device.urls().isEmpty()
          && ProcessHandle.of(device.pid()).map(ProcessHandle::isAlive).orElse(false)) {
        found.add(device);
      }
    } catch (IOException e) {
      // Half written by a killed process, or taken back just now: not running.
      return;
    }
  }
}
