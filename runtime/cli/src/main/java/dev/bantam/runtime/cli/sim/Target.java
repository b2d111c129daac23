package dev.bantam.runtime.cli.sim;

import dev.bantam.models.ModelException;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.runtime.cli.up.LocalBroker;
import dev.bantam.runtime.cli.up.LocalDevice;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.simulator.run.WatchedProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * What a scenario is played against.
 *
 * @param url the broker's address
 * @param device that is asked; empty where none has to be
 * @param processes of this machine whose memory is of interest
 * @param own what has to be stopped afterwards
 */
record Target(
    String url,
    Optional<String> device,
    List<WatchedProcess> processes,
    Optional<LocalDevice> own) {

  /** What starts a device of a run's own, which ends with that run: no other run takes it. */
  private static final String OWN = "sim";

  /**
   * Finds the target, or starts what is missing: where nothing is given and nothing is up, a broker
   * in this process, and a device if one is asked.
   *
   * @param url as the user gives it
   * @param device likewise
   * @param asked whether some device is asked
   */
  static Target find(
      CliContext context, Vertx vertx, Optional<String> url, Optional<String> device, boolean asked)
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    if (device.isPresent() && !Topics.isDeviceId(device.get())) {
      throw new CliException(
          ExitCode.USAGE,
          "\"%s\" is no device id; use 1 to 63 lower case letters, digits and '-'"
              .formatted(device.get()));
    }
    Optional<RunningDevice> running =
        RunningDevice.all(context.home()).stream()
            .filter(d -> device.isEmpty() || d.device().equals(device.get()))
            .filter(d -> url.isEmpty() ? !d.urls().isEmpty() : d.urls().contains(url.get()))
            .filter(d -> url.isPresent() || device.isPresent() || !d.command().equals(OWN))
            .findFirst();
    if (running.isPresent()) {
      RunningDevice there = running.get();
      return new Target(
          url.orElse(there.url()),
          Optional.of(there.device()),
          List.of(new WatchedProcess(there.device(), there.pid())),
          Optional.empty());
    }
    if (url.isPresent() && asked && device.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE,
          "the scenario asks a device; say by --device NAME which one at %s, or leave --url away to have one started"
              .formatted(url.get()));
    }
    if (url.isPresent() || device.isPresent() || !asked) {
      String address =
          url.isPresent() ? url.get() : LocalBroker.start(vertx, Optional.empty()).url();
      return new Target(address, device, List.of(), Optional.empty());
    }
    return started(context, vertx);
  }

  private static Target started(CliContext context, Vertx vertx)
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    context
        .terminal()
        .line(
            "bantam: nothing is up on this machine; starting a broker and a device in this process");
    LocalDevice own = LocalDevice.start(context, vertx, OWN);
    String name = own.id() + ", with broker and simulator";
    return new Target(
        own.url(),
        Optional.of(own.id()),
        List.of(new WatchedProcess(name, ProcessHandle.current().pid())),
        Optional.of(own));
  }

  /** Stops what was started. */
  void stop() throws InterruptedException, ExecutionException {
    if (own.isPresent()) {
      own.get().stop();
    }
  }
}
