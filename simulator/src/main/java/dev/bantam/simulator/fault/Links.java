package dev.bantam.simulator.fault;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.scenario.ApplicationSpec;
import dev.bantam.simulator.scenario.DeviceSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.signal.Seed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * The links of a run, by whom they belong to: a device, an application, or all sensors. Without
 * faults of the network there are none, and everybody speaks to the broker itself.
 */
public final class Links {

  private static final String SENSORS = "sensors";

  private final BrokerAccess broker;
  private final List<String> devices;
  private final List<String> applications;
  private final Map<String, NetworkLink> links = new LinkedHashMap<>();

  private Links(BrokerAccess broker, Scenario scenario) {
    this.broker = broker;
    this.devices = scenario.setup().devices().stream().map(DeviceSpec::id).toList();
    this.applications = scenario.applications().stream().map(ApplicationSpec::id).toList();
  }

  /** Opens those that the scenario needs. Blocking. */
  public static Links open(Vertx vertx, BrokerAccess broker, Scenario scenario)
      throws InterruptedException, ExecutionException {
    Links links = new Links(broker, scenario);
    if (scenario.setup().needsLinks()) {
      Seed seed = new Seed(scenario.seed()).of("links");
      for (String device : links.devices) {
        links.add(vertx, key("device", device), seed);
      }
      for (String application : links.applications) {
        links.add(vertx, key("application", application), seed);
      }
      links.add(vertx, SENSORS, seed);
    }
    return links;
  }

  private void add(Vertx vertx, String key, Seed seed)
      throws InterruptedException, ExecutionException {
    links.put(key, await(NetworkLink.open(vertx, broker, seed.of(key).value())));
  }

  private static String key(String what, String name) {
    return what + " " + name;
  }

  /** The broker itself. */
  public BrokerAccess broker() {
    return broker;
  }

  /** Where a device connects to. */
  public BrokerAccess ofDevice(String id) {
    return access(key("device", id));
  }

  /** Where an application connects to; sensors that ask are as other sensors. */
  public BrokerAccess ofApplication(String id) {
    return applications.contains(id) ? access(key("application", id)) : ofSensors();
  }

  /** Where sensors, logs and replays connect to. */
  public BrokerAccess ofSensors() {
    return access(SENSORS);
  }

  private BrokerAccess access(String key) {
    return Optional.ofNullable(links.get(key)).map(NetworkLink::access).orElse(broker);
  }

  /** The links that a fault's target stands for. */
  List<NetworkLink> of(Optional<String> target) {
    if (target.isEmpty()) {
      return List.copyOf(links.values());
    }
    return switch (target.get()) {
      case "devices" -> all("device", devices);
      case "applications" -> all("application", applications);
      case SENSORS -> Optional.ofNullable(links.get(SENSORS)).stream().toList();
      default -> named(target.get());
    };
  }

  private List<NetworkLink> named(String name) {
    return devices.contains(name)
        ? all("device", List.of(name))
        : all("application", List.of(name));
  }

  private List<NetworkLink> all(String what, List<String> names) {
    return names.stream()
        .flatMap(name -> Optional.ofNullable(links.get(key(what, name))).stream())
        .toList();
  }

  /** Closes all. Blocking. */
  public void close() throws InterruptedException, ExecutionException {
    for (NetworkLink link : links.values()) {
      await(link.close());
    }
  }

  static <T> T await(Future<T> future) throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
