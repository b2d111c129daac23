package dev.bantam.simulator.device;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.scenario.DeviceSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The devices of a scenario. Blocking; for one thread. */
public final class Devices implements AutoCloseable {

  static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private final List<Device> devices = new ArrayList<>();

  private Devices() {}

  /** No devices at all. */
  public static Devices none() {
    return new Devices();
  }

  /**
   * Prepares and starts them; none is left if one cannot be started.
   *
   * @param access where each connects to, by its id
   * @param folder of the run
   * @param say is told what is being done
   * @param stopped whether it shall be given up; asked often
   * @throws CancellationException if it was
   */
  public static Devices start(
      List<DeviceSpec> specs,
      Launcher launcher,
      Function<String, BrokerAccess> access,
      Path folder,
      Consumer<String> say,
      BooleanSupplier stopped)
      throws SetupException, InterruptedException {
    Devices devices = new Devices();
    try {
      ModelSetup models = new ModelSetup(launcher, folder, say, stopped);
      models.pull(specs);
      for (DeviceSpec spec : specs) {
        Device device = Device.create(spec, launcher, access.apply(spec.id()), folder, CGROUPS);
        devices.devices.add(device);
        models.make(spec, device.home());
      }
      for (Device device : devices.devices) {
        device.start();
      }
      return devices;
    } catch (SetupException | InterruptedException | RuntimeException e) {
      devices.close();
      throw e;
    }
  }

  /** All, in the scenario's order. */
  public List<Device> all() {
    return List.copyOf(devices);
  }

  /** The device of that id. */
  public Optional<Device> find(String id) {
    return devices.stream().filter(device -> device.id().equals(id)).findFirst();
  }

  /**
   * Fails if one has ended.
   *
   * @throws SetupException with the end of what it wrote
   */
  public void requireAlive() throws SetupException {
    for (Device device : devices) {
      if (!device.isAlive()) {
        throw new SetupException(
            "device %s has ended:\n%s".formatted(device.id(), device.lastWords()));
      }
    }
  }

  /** The end of what each wrote, for messages. */
  public String lastWords() {
    return devices.stream()
        .map(device -> device.id() + ":\n" + device.lastWords())
        .collect(Collectors.joining("\n"));
  }

  /** Sets a device's temperature in °C, or takes it away if it is not a number. */
  public void setTemperature(String id, double celsius) throws IOException {
    Optional<SystemFolder> files = find(id).flatMap(Device::system);
    if (files.isPresent()) {
      files.get().setTemperature(celsius);
    }
  }

  /** Sets for how much of the time a device waits for memory, in percent, or takes that away. */
  public void setMemoryPressure(String id, double percent) throws IOException {
    Optional<SystemFolder> files = find(id).flatMap(Device::system);
    if (files.isPresent()) {
      files.get().setMemoryPressure(percent);
    }
  }

  @Override
  public void close() {
    devices.forEach(Device::remove);
  }
}
