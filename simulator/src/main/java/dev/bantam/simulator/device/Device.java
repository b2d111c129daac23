package dev.bantam.simulator.device;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.scenario.DeviceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One device: a process with a home of its own, within limits. It can be killed, frozen, filled up
 * and damaged, and comes back. Blocking; for one thread.
 */
public final class Device {

  private final DeviceSpec spec;
  private final Launcher launcher;
  private final Limits limits;
  private final Optional<Disk> disk;
  private final DeviceHome home;
  private final Optional<SystemFolder> system;
  private final Path log;
  private volatile @Nullable Child child;
  private @Nullable Path damaged;
  private int starts;

  private Device(
      DeviceSpec spec,
      Launcher launcher,
      Limits limits,
      Optional<Disk> disk,
      DeviceHome home,
      Path log)
      throws IOException {
    this.spec = spec;
    this.launcher = launcher;
    this.limits = limits;
    this.disk = disk;
    this.home = home;
    this.log = log;
    this.system =
        spec.hasSensors()
            ? Optional.of(new SystemFolder(home.folder().resolve("system")))
            : Optional.empty();
  }

  /**
   * Prepares a device; nothing of it is left if that fails.
   *
   * @param folder of the run
   * @param broker where it connects to
   */
  static Device create(
      DeviceSpec spec, Launcher launcher, BrokerAccess broker, Path folder, Path cgroups)
      throws SetupException {
    Path place = folder.resolve(spec.id());
    Optional<Disk> disk = Optional.empty();
    Limits limits = new Limits.None();
    try {
      if (spec.diskBytes().isPresent()) {
        disk = Optional.of(Disk.mount(place, spec.diskBytes().get()));
      }
      limits = Limits.of(spec, cgroups);
      DeviceHome home = DeviceHome.create(place, spec, broker, launcher.home());
      return new Device(spec, launcher, limits, disk, home, folder.resolve(spec.id() + ".log"));
    } catch (IOException | SetupException e) {
      limits.remove();
      disk.ifPresent(Disk::unmount);
      throw e instanceof SetupException known
          ? known
          : new SetupException(
              "device %s cannot be prepared: %s".formatted(spec.id(), e.getMessage()), e);
    }
  }

  /** Starts its process. */
  public void start() throws SetupException {
    if (isAlive()) {
      return;
    }
    List<String> options = new ArrayList<>(limits.jvmOptions());
    options.add("-Djava.io.tmpdir=" + home.temporary());
    options.add("-Djna.tmpdir=" + home.temporary());
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("BANTAM_HOME", home.folder().toString());
    system.ifPresent(files -> environment.put(SystemFolder.VARIABLE, files.root().toString()));
    child =
        Child.start(
            limits.around(
                launcher.command(options, "run", "--config", home.configuration().toString())),
            environment,
            log);
    starts++;
  }

  /** As by {@code kill -9}. */
  public void kill() {
    Child running = child;
    if (running != null) {
      running.kill();
      child = null;
    }
  }

  /** Stops it where it is (SIGSTOP): its connections stay open and nothing answers. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    Child running = child;
    if (running != null) {
      running.signal(name);
    }
  }

  /** Fills the file system of its home. */
  public void fillDisk() throws IOException {
    if (disk.isEmpty()) {
      throw new IOException("the device has no file system of its own");
    }
    disk.get().fill();
  }

  /** Makes the room free again. */
  public void freeDisk() throws IOException {
    if (disk.isPresent()) {
      disk.get().free();
    }
  }

  /** Changes a byte in the middle of its first model's largest file, in a copy of its own. */
  public void damageModel() throws IOException {
    Path blob = home.largestBlob(spec.models().get(0));
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Path original = blob.toRealPath();
    Files.delete(blob);
    Files.write(blob, bytes);
    Files.createSymbolicLink(original(blob), original);
    damaged = blob;
  }

  private static Path original(Path blob) {
    return blob.resolveSibling(blob.getFileName() + ".original");
  }

  /** Puts the right file in its place again. */
  public void repairModel() throws IOException {
    Path blob = damaged;
    if (blob == null) {
      return;
    }
    damaged = null;
    Files.deleteIfExists(blob);
    Files.move(original(blob), blob);
  }

  /** Its files of sensors, if the scenario sets some. */
  Optional<SystemFolder> system() {
    return system;
  }

  DeviceHome home() {
    return home;
  }

  DeviceSpec spec() {
    return spec;
  }

  /** Its device id. */
  public String id() {
    return spec.id();
  }

  /** How it is limited, for people. */
  public String limits() {
    return limits.words();
  }

  /** How often it was started. */
  public int starts() {
    return starts;
  }

  /** The process, if it runs. */
  public Optional<Long> pid() {
    Child running = child;
    return running != null && running.isAlive() ? Optional.of(running.pid()) : Optional.empty();
  }

  /** Whether its process runs, be it frozen. */
  public boolean isAlive() {
    Child running = child;
    return running != null && running.isAlive();
  }

  /** The end of what it wrote, for messages. */
  String lastWords() {
    Child running = child;
    return running == null ? "" : running.lastWords();
  }

  /** Ends it and takes away all that was made for it but its folder. */
  void remove() {
    kill();
    limits.remove();
    disk.ifPresent(Disk::unmount);
  }
}
