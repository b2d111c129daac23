package dev.bantam.runtime.cli.slot;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.swap.DesiredReader;
import dev.bantam.spi.ModelReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam slot swap}. */
@Command(
    name = "swap",
    header = "Replaces the model of a running device's slot, without losing a request.",
    description = {
      "Writes the same wish as a controller does, retained at the broker. The device brings the",
      "model, probes it, publishes it, watches it, and goes back if it is no good.",
      "With --wait the exit code is 0 if the model serves, 3 if it does not and the old one serves, 4",
      "if the old one could not be brought back."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam slot swap assistant smollm2-135m-instruct@q8 --wait",
      "  bantam slot swap assistant my-model --probation 10m --min-tokens-per-second 20",
      "  bantam slot swap assistant my-model:2 --source https://models.example/my-model/release.json \\",
      "    --sha256 DIGEST --url mqtt://192.0.2.7:1883 --device boiler-room"
    })
final class SlotSwapCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private WaitOptions waiting = new WaitOptions();

  @Parameters(index = "0", paramLabel = "SLOT", description = "The slot.")
  @SuppressWarnings("NullAway.Init")
  private String slot;

  @Parameters(index = "1", paramLabel = "MODEL", description = "name[:version][@variant]")
  @SuppressWarnings("NullAway.Init")
  private String model;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "auto, overlap or exclusive (default: auto, as the memory allows).")
  private Optional<String> mode = Optional.empty();

  @Option(
      names = "--drain-timeout",
      paramLabel = "TIME",
      description = "How long requests to the old model may go on (default: 60s).")
  private Optional<String> drainTimeout = Optional.empty();

  @Option(
      names = "--not-before",
      paramLabel = "TIME",
      description = "When it may begin, as 2026-01-31T22:00:00Z.")
  private Optional<String> notBefore = Optional.empty();

  @Option(
      names = "--quiet-hours",
      paramLabel = "HOURS",
      description = "When it does not begin, by the device's clock, as 08:00-18:30.")
  private Optional<String> quietHours = Optional.empty();

  @Option(
      names = "--min-tokens-per-second",
      paramLabel = "N",
      description = "What a generating model must reach in its probe.")
  private Optional<Double> minTokensPerSecond = Optional.empty();

  @Option(
      names = "--max-error-rate",
      paramLabel = "SHARE",
      description = "Share of requests that may fail in probation (default: 0.1).")
  private Optional<Double> maxErrorRate = Optional.empty();

  @Option(
      names = "--allow-downgrade",
      description = "Also to an older release than the present one.")
  private boolean allowDowngrade;

  @Option(
      names = "--source",
      paramLabel = "URL",
      description = "Where the model's release.json is; the device must allow it.")
  private Optional<String> source = Optional.empty();

  @Option(names = "--sha256", paramLabel = "DIGEST", description = "Of release.json.")
  private Optional<String> sha256 = Optional.empty();

  @Option(
      names = "--signature",
      paramLabel = "KEY_ID:BASE64",
      description = "Of release.json, by Ed25519.")
  private Optional<String> signature = Optional.empty();

  @Option(
      names = "--deployment-id",
      paramLabel = "ID",
      description = "A name for it, reported back.")
  private Optional<String> deploymentId = Optional.empty();

  private final CliContext context;

  SlotSwapCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, InterruptedException, ExecutionException {
    Map<String, Object> fields = fields();
    check(fields);
    try (SlotWish wish = SlotWish.open(context, waiting.where(), slot)) {
      return waiting.write(context, wish, fields);
    }
  }

  private Map<String, Object> fields() {
    Map<String, Object> policy = waiting.policy();
    mode.ifPresent(value -> policy.put("mode", value));
    drainTimeout.ifPresent(value -> policy.put("drain_timeout", value));
    notBefore.ifPresent(value -> policy.put("not_before", value));
    quietHours.ifPresent(value -> policy.put("quiet_hours", value));
    minTokensPerSecond.ifPresent(value -> policy.put("min_tokens_per_second", value));
    maxErrorRate.ifPresent(value -> policy.put("max_error_rate", value));
    if (allowDowngrade) {
      policy.put("allow_downgrade", true);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", model);
    deploymentId.ifPresent(value -> fields.put("deployment_id", value));
    source.ifPresent(value -> fields.put("source", value));
    sha256.ifPresent(value -> fields.put("sha256", value));
    signature.ifPresent(value -> fields.put("signature", value));
    if (!policy.isEmpty()) {
      fields.put("policy", policy);
    }
    return fields;
  }

  /** What the device would refuse is said here, too. */
  private void check(Map<String, Object> fields) throws CliException {
    try {
      ModelReference unused = ModelReference.parse(model);
      new DesiredReader().check(fields);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
