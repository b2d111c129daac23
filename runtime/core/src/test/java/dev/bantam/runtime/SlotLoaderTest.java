package dev.bantam.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.plugin.FoundPlugin;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.runtime.tuning.RunSettings;
import dev.bantam.runtime.tuning.Tuner;
import dev.bantam.runtime.tuning.Tuning;
import dev.bantam.runtime.tuning.TuningFiles;
import dev.bantam.runtime.tuning.TuningRecord;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.TaskException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How models are loaded that were measured on the machine. */
class SlotLoaderTest {

  private static final LoadContext USUAL = new LoadContext(4, 64, true, Optional.empty(), Map.of());
  private static final ModelFiles MODEL =
      new ModelFiles(ModelReference.of("echo", "1", "f32"), Map.of());

  @TempDir Path home;

  private final List<RunSettings> tried = new ArrayList<>();
  private Optional<RunSettings> impossible = Optional.empty();
  private Tuning tuning;

  @BeforeEach
  void setUp() throws Exception {
    tuning = new Tuning(TuningFiles.in(home), Map.of("cpu_model", "a"));
    tuning
        .files()
        .write(
            TuningRecord.now(
                tuning.machine(),
                MODEL,
                RunSettings.of(USUAL),
                new Tuner.Outcome(RunSettings.of(2, false), 1.2, 0, "faster", List.of()),
                1));
  }

  private final class NotingPlugin implements Plugin {

    private final EchoPlugin echo = new EchoPlugin();

    @Override
    public String name() {
      return echo.name();
    }

    @Override
    public Set<String> tasks() {
      return echo.tasks();
    }

    @Override
    public LoadedModel load(ModelFiles files, LoadContext context) throws TaskException {
      tried.add(RunSettings.of(context));
      if (impossible.filter(RunSettings.of(context)::equals).isPresent()) {
        throw new TaskException(ErrorCode.MODEL_UNUSABLE, "not in this way");
      }
      return echo.load(files, context);
    }
  }

  private RuntimeOptions options() {
    SiteConfig site = SiteConfig.of("boiler-1", MqttConfig.of(URI.create("mqtt://127.0.0.1")));
    return RuntimeOptions.of(site, (reference, variants) -> MODEL).withTuning(tuning);
  }

  private void load(boolean isTunable) throws TaskException {
    SlotPlan plan =
        new SlotPlan(
            "assistant",
            "echo",
            ModelReference.parse("echo"),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            1,
            Duration.ofSeconds(1),
            Optional.empty(),
            List.of(),
            isTunable,
            USUAL);
    FoundPlugin plugin =
        new FoundPlugin(new NotingPlugin(), "the class path", Optional.empty(), "");
    SlotLoader.load(SlotSetup.of(plan, plugin), options(), MODEL, List.of("echo")).close();
  }

  @Test
  void shouldLoadAsMeasured() throws Exception {
    load(true);

    assertThat(tried).containsExactly(RunSettings.of(2, false));
  }

  @Test
  void shouldTakeTheSitesWordOverWhatWasMeasured() throws Exception {
    load(false);

    assertThat(tried).containsExactly(RunSettings.of(USUAL));
  }

  @Test
  void shouldLoadAsUsualWhatCannotBeLoadedAsMeasured() throws Exception {
    impossible = Optional.of(RunSettings.of(2, false));

    load(true);

    assertThat(tried).containsExactly(RunSettings.of(2, false), RunSettings.of(USUAL));
  }

  @Test
  void shouldTryOnceWhatCannotBeLoadedAtAll() {
    impossible = Optional.of(RunSettings.of(USUAL));

    assertThatThrownBy(() -> load(false)).hasMessageContaining("not in this way");
    assertThat(tried).hasSize(1);
  }
}
