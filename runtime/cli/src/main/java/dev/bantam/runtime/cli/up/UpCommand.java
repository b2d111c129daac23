package dev.bantam.runtime.cli.up;

import dev.bantam.models.ModelException;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.config.BrokerConfig;
import dev.bantam.runtime.profile.ProfileException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam up}. */
@Command(
    name = "up",
    header = "Starts everything on this machine: model, broker, runtime, three simulated sensors.",
    description = {
      "The broker listens on loopback, on port 1883 or, where that is taken, on a free one; with",
      "--listen others come in too. Ctrl-C lets requests in flight finish and stops (exit code 0)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam up",
      "  bantam up --once                        end after every sensor has been answered",
      "  bantam up --model my-model.gguf         import a file of your own and use it",
      "  bantam up --model all-minilm-l6-v2-int8 an encoder: the sensors ask for a class",
      "  bantam up --bundle models.bundle        with models from another machine, without a network",
      "  bantam up --profile raspberry-pi-4      as a smaller machine would run it",
      "  bantam up --listen 0.0.0.0:1883 --users-file users   others come in by a password"
    })
public final class UpCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();

  @Option(
      names = "--once",
      description = "End after every sensor was answered; exit code 0 only if all were.")
  private boolean once;

  @Option(
      names = "--model",
      paramLabel = "FILE|REFERENCE",
      description = {
        "A .gguf file, or NAME[:VERSION][@VARIANT] (default: the profile's). It goes to the slot whose",
        "plugin runs models of its kind, and the sensors ask that slot."
      })
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description = "A device profile (default: the one that fits the machine).")
  private Optional<String> profile = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The broker's port (default: 1883, or a free one).")
  private Optional<Integer> port = Optional.empty();

  @Mixin private BundleOption bundle = new BundleOption();

  @Mixin private OwnBrokerOptions others = new OwnBrokerOptions();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "The device id (default: made of the host's name).")
  private Optional<String> device = Optional.empty();

  private final CliContext context;

  public UpCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws CliException,
          ModelException,
          ProfileException,
          IOException,
          InterruptedException,
          ExecutionException {
    String id = device.orElseGet(() -> DeviceName.ofHost(context.environment()));
    check(id);
    Optional<BrokerConfig> own = others.config();
    if (own.isPresent() && port.isPresent()) {
      throw new CliException(ExitCode.USAGE, "--port says the same as --listen; keep one of them");
    }
    return new UpSession(context, id, profile, port, own, once).run(model, bundle);
  }

  private void check(String id) throws CliException {
    if (!Topics.isDeviceId(id)) {
      throw new CliException(
          ExitCode.USAGE,
          "--device \"%s\" is no device id; use 1 to 63 lower case letters, digits and '-', not starting with '-'"
              .formatted(id));
    }
    if (port.isPresent() && (port.get() < 0 || port.get() > 65_535)) {
      throw new CliException(
          ExitCode.USAGE,
          "--port %d: use 1 to 65535, or 0 for any that is free".formatted(port.get()));
    }
  }
}
