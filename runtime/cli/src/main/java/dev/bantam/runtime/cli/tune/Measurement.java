package dev.bantam.runtime.cli.tune;

import dev.bantam.inference.bench.SpeedTrial;
import dev.bantam.models.ModelKind;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.RunningDevice;
import dev.bantam.runtime.cli.device.MachineTuning;
import dev.bantam.runtime.cli.model.FreeMemory;
import dev.bantam.runtime.machine.OtherWork;
import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.tuning.Candidates;
import dev.bantam.runtime.tuning.RunSettings;
import dev.bantam.runtime.tuning.Tuner;
import dev.bantam.runtime.tuning.TuningRecord;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Measures one model. One copy of it is in memory at a time. Blocking. */
final class Measurement {

  /** Tokens of what is run: a short prompt and a short answer. */
  private static final int CONTEXT = 256;

  private static final double MOST_OF_OTHERS = 0.15;

  private final TuneTarget target;
  private final Long[] besides;
  private final boolean mayBeBusy;
  private final Tuner.Listener listener;

  /**
   * @param besides devices that run here
   * @param mayBeBusy whether other programs may be at work meanwhile
   */
  Measurement(
      TuneTarget target, List<RunningDevice> besides, boolean mayBeBusy, Tuner.Listener listener) {
    this.target = target;
    this.mayBeBusy = mayBeBusy;
    this.besides = besides.stream().map(RunningDevice::pid).toArray(Long[]::new);
    this.listener = listener;
  }

  /**
   * @param machine what the record shall hold for
   * @throws CliException if there is no room for the model beside what runs on the machine, or too
   *     much other work
   */
  TuningRecord make(Map<String, String> machine) throws CliException, TaskException {
    requireRoom();
    OtherWork others = new OtherWork(Path.of("/"));
    long begin = System.nanoTime();
    LoadContext context = target.plan().context();
    RunSettings usual = RunSettings.of(context);
    Tuner.Outcome outcome =
        new Tuner(settings -> speeds(settings.over(context)), listener)
            .choose(usual, Candidates.beside(usual, tied(usual)));
    requireQuiet(others.share());
    return TuningRecord.now(
        machine, target.files(), usual, outcome, (System.nanoTime() - begin) / 1_000_000);
  }

  private Map<String, Double> speeds(LoadContext context) throws TaskException {
    return switch (target.kind()) {
      case DECODER -> SpeedTrial.ofDecoder(target.files(), context);
      case ENCODER -> SpeedTrial.ofEncoder(target.files(), context);
    };
  }

  /** An encoder's runs have threads of ONNX Runtime's only where those may spin. */
  private List<Integer> tied(RunSettings usual) {
    return target.kind() == ModelKind.DECODER || usual.spinning()
        ? MachineTuning.processors().cores()
        : List.of();
  }

  /**
   * Where others are at work, threads that wait for one another lose more than one alone, and what
   * is fastest then is not what is fastest else.
   */
  private void requireQuiet(double othersShare) throws CliException {
    if (!mayBeBusy && othersShare > MOST_OF_OTHERS) {
      throw new CliException(
          ExitCode.FAILED,
          "other programs took %.0f %% of the processors meanwhile, so what was found would hold for such times only; nothing is kept. Try again when it is quiet, or with --busy on a machine that is always so"
              .formatted(100 * othersShare));
    }
  }

  private void requireRoom() throws CliException {
    MemoryNeed need = MemoryNeed.of(target.plan(), target.files());
    long bytes = need.decoder().map(memory -> memory.total(CONTEXT, 1)).orElseGet(need::bytes);
    if (!FreeMemory.holds(bytes, besides)) {
      throw new CliException(
          ExitCode.REFUSED,
          "%s needs %d MiB to be measured, and of %d MiB that are free some must stay so; stop what else runs here, such as the device itself, and try again"
              .formatted(target.name(), bytes >> 20, FreeMemory.bytes(besides) >> 20));
    }
  }
}
