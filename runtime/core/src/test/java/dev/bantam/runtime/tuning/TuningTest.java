package dev.bantam.runtime.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningTest {

  private static final Map<String, String> MACHINE = Map.of("cpu_model", "a", "cores", "4");
  private static final LoadContext USUAL =
      new LoadContext(4, 512, true, Optional.empty(), Map.of("kv", "int8"));
  private static final RunSettings FASTEST = new RunSettings(3, true, List.of(3, 2));

  @TempDir Path home;

  private Tuning tuning;

  @BeforeEach
  void setUp() {
    tuning = new Tuning(TuningFiles.in(home), MACHINE);
  }

  private ModelFiles model(String variant, String weights) throws Exception {
    Path file = Files.writeString(home.resolve("weights-" + variant), weights);
    return new ModelFiles(
        ModelReference.of("small", "1", variant), Map.of(ModelFiles.WEIGHTS, file));
  }

  private TuningRecord record(ModelFiles files) {
    Tuner.Outcome outcome =
        new Tuner.Outcome(
            FASTEST,
            1.25,
            0.01,
            "times as fast",
            List.of(new Tuner.Tried(RunSettings.of(1, false), 0.5, 2, "slower in each round")));
    return TuningRecord.now(MACHINE, files, RunSettings.of(USUAL), outcome, 1200);
  }

  @Test
  void shouldLoadModelsByWhatWasMeasured() throws Exception {
    ModelFiles model = model("q4", "abc");
    tuning.files().write(record(model));

    LoadContext loaded = tuning.over(USUAL, model);

    assertThat(loaded.threads()).isEqualTo(3);
    assertThat(loaded.processors()).containsExactly(3, 2);
    assertThat(loaded.contextLength()).isEqualTo(512);
    assertThat(loaded.settings()).containsEntry("kv", "int8");
    assertThat(tuning.known(model, USUAL)).contains(record(model));
  }

  @Test
  void shouldLoadModelsAsUsualThatWereNotMeasured() throws Exception {
    tuning.files().write(record(model("q4", "abc")));

    assertThat(tuning.over(USUAL, model("q8", "abc"))).isEqualTo(USUAL);
  }

  @Test
  void shouldOverlookWhatWasMeasuredOtherwise() throws Exception {
    ModelFiles model = model("q4", "abc");
    tuning.files().write(record(model));

    assertThat(
            new Tuning(tuning.files(), Map.of("cpu_model", "b", "cores", "4")).over(USUAL, model))
        .as("another processor")
        .isEqualTo(USUAL);
    LoadContext two = USUAL.withThreads(2, true, List.of());
    assertThat(tuning.over(two, model)).as("another profile").isEqualTo(two);
    assertThat(tuning.over(USUAL, model("q4", "abcd"))).as("other weights").isEqualTo(USUAL);
  }

  @Test
  void shouldOverlookDamagedFiles() throws Exception {
    ModelFiles model = model("q4", "abc");
    tuning.files().write(record(model));
    Path file = home.resolve("tuning/small/1@q4.json");
    String whole = Files.readString(file);
    List<String> damaged =
        List.of(
            "",
            "null",
            "[]",
            "{}",
            whole.substring(0, whole.length() / 2),
            whole.replace("\"threads\" : 3", "\"threads\" : 300"),
            whole.replace("\"threads\" : 3", "\"threads\" : 0"),
            whole.replace("[ 3, 2 ]", "[ 3 ]"));
    for (String text : damaged) {
      assertThat(text).isNotEqualTo(whole);
      Files.writeString(file, text);

      assertThat(tuning.over(USUAL, model)).as(text).isEqualTo(USUAL);
    }
  }

  @Test
  void shouldForgetWhatItIsTold() throws Exception {
    for (String variant : List.of("q4", "q8")) {
      tuning.files().write(record(model(variant, "abc")));
    }

    assertThat(tuning.files().forget(Optional.of(ModelReference.parse("smaller")))).isZero();
    assertThat(tuning.files().forget(Optional.of(ModelReference.parse("small@q8")))).isEqualTo(1);
    assertThat(tuning.over(USUAL, model("q8", "abc"))).isEqualTo(USUAL);
    assertThat(tuning.over(USUAL, model("q4", "abc")).threads()).isEqualTo(3);
    assertThat(tuning.files().forget(Optional.empty())).isEqualTo(1);
    try (Stream<Path> left = Files.list(home.resolve("tuning/small"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shouldWriteWhatItsSchemaSays() throws Exception {
    tuning.files().write(record(model("q4", "abc")));
    ObjectMapper json = new ObjectMapper();
    try (InputStream in = TuningRecord.class.getResourceAsStream("tuning.schema.json")) {
      assertThat(
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                  .getSchema(json.readTree(in))
                  .validate(json.readTree(home.resolve("tuning/small/1@q4.json").toFile())))
          .isEmpty();
    }
  }
}
