package dev.bantam.simulator.run;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.device.Devices;
import dev.bantam.simulator.device.Guard;
import dev.bantam.simulator.device.Launcher;
import dev.bantam.simulator.device.Leftovers;
import dev.bantam.simulator.device.ManagedBroker;
import dev.bantam.simulator.device.RunFolder;
import dev.bantam.simulator.device.SetupException;
import dev.bantam.simulator.fault.FaultRecord;
import dev.bantam.simulator.fault.Faults;
import dev.bantam.simulator.fault.Links;
import dev.bantam.simulator.scenario.DeviceSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.Setup;
import dev.bantam.simulator.schedule.Fault;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario is played on: a broker, devices, the network between, and what goes wrong with
 * them. Closing it mends everything and takes away all that was made. Blocking; for one thread.
 */
public final class Stage implements AutoCloseable {

  private static final long ONLINE_NANOS = TimeUnit.MINUTES.toNanos(3);

  private final Links links;
  private final Devices devices;
  private final Faults faults;
  private final SensorCurves sensors;
  private final Optional<ManagedBroker> managed;
  private final Optional<Ground> ground;

  private Stage(
      Scenario scenario,
      Links links,
      Devices devices,
      Optional<ManagedBroker> broker,
      Optional<Ground> ground) {
    this.links = links;
    this.devices = devices;
    this.faults = new Faults(broker, devices, links);
    this.sensors = new SensorCurves(scenario, devices);
    this.managed = broker;
    this.ground = ground;
  }

  /**
   * How a stage is set.
   *
   * @param given the broker that there is; empty where the scenario has one of its own
   * @param launcher how devices are started; empty where that is not possible
   * @param say is told what is being done
   * @param stopped whether it shall be given up; asked often
   */
  public record Means(
      Optional<BrokerAccess> given,
      Optional<Launcher> launcher,
      Consumer<String> say,
      BooleanSupplier stopped) {

    /** Where the folders of runs are. */
    Path place() {
      return launcher
          .map(Launcher::home)
          .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir", "/tmp")))
          .resolve("sim");
    }

    /** Nothing but a broker. */
    public static Means of(BrokerAccess broker) {
      return new Means(Optional.of(broker), Optional.empty(), text -> {}, () -> false);
    }
  }

  /**
   * Starts all that the scenario needs, and waits for its devices. Nothing is left if that fails.
   *
   * @throws SetupException if something cannot be had on this machine
   * @throws CancellationException if it was given up
   */
  public static Stage set(Vertx vertx, Scenario scenario, Means means)
      throws SetupException, InterruptedException, ExecutionException, IOException {
    Setup setup = scenario.setup();
    Optional<Ground> ground =
        setup.isEmpty() ? Optional.empty() : Optional.of(Ground.prepare(means));
    Optional<ManagedBroker> broker = Optional.empty();
    Stage stage = null;
    try {
      if (setup.managedBroker()) {
        broker = Optional.of(ManagedBroker.start(ground.orElseThrow().path().resolve("broker")));
        means.say().accept("broker: mosquitto at " + broker.get().url());
      }
      BrokerAccess access =
          broker
              .map(own -> BrokerAccess.of(own.url()))
              .or(means::given)
              .orElseThrow(() -> new SetupException("there is no broker to play on"));
      if (access.tls() && setup.needsLinks()) {
        throw new SetupException(
            "faults of the network need a broker without TLS: the simulator stands between, and its certificate would not be the broker's; use mqtt://, or broker: managed");
      }
      Links links = Links.open(vertx, access, scenario);
      Devices devices =
          setup.devices().isEmpty()
              ? Devices.none()
              : Devices.start(
                  setup.devices(),
                  means.launcher().orElseThrow(Stage::noLauncher),
                  links::ofDevice,
                  ground.orElseThrow().path(),
                  means.say(),
                  means.stopped());
      stage = new Stage(scenario, links, devices, broker, ground);
      stage.awaitDevices(vertx, access, scenario, means);
      return stage;
    } catch (SetupException | InterruptedException | ExecutionException | RuntimeException e) {
      giveUp(stage, broker, ground);
      throw e;
    }
  }

  private static void giveUp(
      @Nullable Stage stage, Optional<ManagedBroker> broker, Optional<Ground> ground) {
    if (stage != null) {
      stage.close();
    } else {
      broker.ifPresent(ManagedBroker::close);
      ground.ifPresent(Ground::close);
    }
  }

  /** What a run needs as soon as it starts anything: a folder, and a guard for the worst case. */
  private record Ground(RunFolder folder, Guard guard) implements AutoCloseable {

    static Ground prepare(Means means) throws SetupException, IOException {
      Path place = means.place();
      Leftovers.sweep(place, means.say());
      Guard guard = Guard.start();
      try {
        return new Ground(RunFolder.create(place), guard);
      } catch (IOException e) {
        guard.close();
        throw e;
      }
    }

    Path path() {
      return folder.path();
    }

    @Override
    public void close() {
      folder.close();
      guard.close();
    }
  }

  private static SetupException noLauncher() {
    return new SetupException("devices cannot be started from here");
  }

  private void awaitDevices(Vertx vertx, BrokerAccess broker, Scenario scenario, Means means)
      throws SetupException, InterruptedException, ExecutionException {
    List<DeviceSpec> specs = scenario.setup().devices();
    if (specs.isEmpty()) {
      return;
    }
    devices
        .all()
        .forEach(device -> means.say().accept("device " + device.id() + ": " + device.limits()));
    StatusWatch watch =
        new StatusWatch(vertx, broker, "sim-%s-%d-status".formatted(scenario.name(), pid()));
    try {
      ScenarioRun.await(watch.connect());
      long end = System.nanoTime() + ONLINE_NANOS;
      while (!specs.stream().allMatch(spec -> watch.isOnline(spec.id()))) {
        devices.requireAlive();
        if (means.stopped().getAsBoolean()) {
          throw new CancellationException("stopped while devices were starting");
        }
        if (System.nanoTime() - end > 0) {
          throw new SetupException(
              "not all devices were online when it ended:\n" + devices.lastWords());
        }
        Thread.sleep(50);
      }
    } finally {
      ScenarioRun.await(watch.close());
    }
    means.say().accept("devices: %d online".formatted(specs.size()));
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  /** The broker's address. */
  public String url() {
    return "%s://%s".formatted(broker().tls() ? "mqtts" : "mqtt", broker());
  }

  /** The broker itself, which no fault of the network keeps away. */
  BrokerAccess broker() {
    return links.broker();
  }

  /** Where an application connects to. */
  BrokerAccess ofApplication(String id) {
    return links.ofApplication(id);
  }

  /** Where sensors connect to. */
  BrokerAccess ofSensors() {
    return links.ofSensors();
  }

  /** The device that applications ask that name none, if it is the only one. */
  Optional<String> onlyDevice() {
    return devices.all().size() == 1 ? Optional.of(devices.all().get(0).id()) : Optional.empty();
  }

  /** The devices' processes that run now. Any thread. */
  public List<WatchedProcess> processes() {
    return devices.all().stream()
        .flatMap(each -> each.pid().map(pid -> new WatchedProcess(each.id(), pid)).stream())
        .toList();
  }

  /** The run begins. */
  void started(long nanos, double speed) {
    faults.started(nanos);
    sensors.start(nanos, speed);
  }

  void begin(Fault fault, double speed) {
    faults.begin(fault, speed);
  }

  /** Mends what is still wrong, now. */
  void mendAll() throws InterruptedException, ExecutionException {
    faults.mendAll();
  }

  List<FaultRecord> faults() throws InterruptedException, ExecutionException {
    return faults.records();
  }

  List<DeviceReport> reports() {
    return devices.all().stream()
        .map(
            device ->
                new DeviceReport(device.id(), device.limits(), device.starts(), device.isAlive()))
        .toList();
  }

  @Override
  public void close() {
    try {
      sensors.close();
      faults.close();
      devices.close();
      links.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      devices.close();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a link does not close", e);
    } finally {
      managed.ifPresent(ManagedBroker::close);
      ground.ifPresent(Ground::close);
    }
  }
}
