package dev.bantam.runtime.cli.up;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.RepositoryModels;
import dev.bantam.runtime.RuntimeOptions;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.runtime.cli.device.DeviceCheck;
import dev.bantam.runtime.cli.device.MachineTuning;
import dev.bantam.runtime.cli.device.Wish;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.tuning.Tuning;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * A broker and a runtime in this process, with the models that the device profile names. While it
 * is there, other commands find it. Blocking; for one thread.
 */
public final class LocalDevice {

  private final String id;
  private final LocalBroker broker;
  private final BantamRuntime runtime;
  private final RunningDevice announced;
  private final Path home;

  private LocalDevice(
      String id, LocalBroker broker, BantamRuntime runtime, String command, Path home) {
    this.id = id;
    this.broker = broker;
    this.runtime = runtime;
    this.announced = RunningDevice.here(id, List.of(broker.url()), command).telling(runtime.http());
    this.home = home;
  }

  /**
   * Gets the models of this machine's profile as far as they can be had, and starts both.
   *
   * @param command by which it is found
   * @return a device that serves
   */
  public static LocalDevice start(CliContext context, Vertx vertx, String command)
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    String id = DeviceName.ofHost(context.environment());
    SiteConfig nowhere = SiteConfig.of(id, MqttConfig.of(URI.create("mqtt://127.0.0.1")));
    ModelPreparation preparation =
        new ModelPreparation(context, context.models(), Optional.empty());
    Wish wish = Wish.of(preparation.profile(), Optional.empty());
    DeviceCheck check = DeviceCheck.begin(context.terminal(), context.home(), wish, () -> true);
    Map<String, String> missing = preparation.ensureWhatCanBeHad(nowhere, "bantam: ", false);
    Optional<DeviceRecord> tested = check.passed("bantam: ");
    LocalBroker broker = LocalBroker.start(vertx, Optional.empty());
    BantamRuntime runtime =
        runtime(
            context,
            vertx,
            SiteConfig.of(id, mqtt(broker)),
            new Slots(
                Optional.empty(), missing, tested, MachineTuning.of(context.home(), wish, tested)));
    LocalDevice device = new LocalDevice(id, broker, runtime, command, context.home());
    try {
      device.awaitReady();
      return device;
    } catch (ExecutionException | InterruptedException | IOException e) {
      device.stop();
      throw e;
    }
  }

  /**
   * What a runtime is to serve.
   *
   * @param profile by name; empty to choose by the hardware
   * @param missing slots to leave out, with why
   * @param device what its self-test has found
   * @param tuning by what was measured its models are loaded
   */
  record Slots(
      Optional<String> profile,
      Map<String, String> missing,
      Optional<DeviceRecord> device,
      Tuning tuning) {}

  /** Starts a runtime; it may still be loading. */
  static BantamRuntime runtime(CliContext context, Vertx vertx, SiteConfig site, Slots slots)
      throws ModelException, InterruptedException, ExecutionException {
    ModelRepository models = context.models();
    return Futures.await(
        BantamRuntime.start(
            vertx,
            RuntimeOptions.of(site, new RepositoryModels(models))
                .withProfile(slots.profile())
                .withoutSlots(slots.missing())
                .withDevice(slots.device())
                .withTuning(slots.tuning())
                .withPluginFolders(context.pluginFolders())));
  }

  /** Where the broker is for this machine's own programs, they may be answered on any topic. */
  static MqttConfig mqtt(LocalBroker broker) {
    MqttConfig config = MqttConfig.of(URI.create(broker.url()));
    return broker.isPrivate() ? config.withReplyTopics(List.of("#")) : config;
  }

  private void awaitReady() throws IOException, InterruptedException, ExecutionException {
    Futures.await(runtime.ready());
    announced.announce(home);
  }

  /** The device id. */
  public String id() {
    return id;
  }

  /** The broker's address. */
  public String url() {
    return broker.url();
  }

  /** Lets requests end, and stops both. */
  public void stop() throws InterruptedException, ExecutionException {
    announced.withdraw(home);
    Futures.await(runtime.stop());
    Futures.await(broker.broker().close());
  }
}
