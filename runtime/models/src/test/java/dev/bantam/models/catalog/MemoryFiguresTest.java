package dev.bantam.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.format.DecoderMemory;
import dev.bantam.format.EncoderMemory;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures go through a catalog's file, as a site would write them. */
class MemoryFiguresTest {

  private static final String ENTRY =
      """
      format: 1
      models:
        - name: tiny
          version: "1"
          license: MIT
          file: tiny.gguf
          size: 12
          sha256: "%s"
          sources: [{file: /srv/tiny.gguf}]
      """
          .formatted("0".repeat(64));

  private static final String DECODER =
      "{layers: 2, heads: 4, kv_heads: 2, head_size: 16, hidden_size: 64, vocab_size: 300, context_length: 128}";

  @TempDir Path folder;

  private PullableVariant written(MemoryFigures figures, ModelReference model) throws Exception {
    String lines =
        figures.yaml().stream().map(line -> "    " + line + "\n").collect(Collectors.joining());
    return read(lines).variants(ModelReference.parse("tiny")).stream()
        .filter(variant -> variant.reference().variant().equals(model.variant()))
        .findFirst()
        .orElseThrow();
  }

  private Catalog read(String memory) throws Exception {
    Path file = Files.writeString(folder.resolve("catalog.yaml"), ENTRY + memory);
    return Catalog.read(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "families/llama-grouped/quantized.gguf",
        "families/gemma2-window/float.gguf",
        "families/gpt2-two-heads/float.gguf"
      })
  void shouldForetellWhatADecoderTakes(String file) throws Exception {
    // Given
    List<ModelFiles> variants = imported(file, Quantization.NONE, Quantization.EIGHT_BITS);

    // When
    MemoryFigures figures = MemoryPrediction.figures(variants).orElseThrow();

    // Then
    assertThat(figures.variants()).hasSize(2);
    for (ModelFiles files : variants) {
      DecoderMemory found = MemoryPrediction.of(files).orElseThrow();
      DecoderMemory foretold = written(figures, files.reference()).decoder(Map.of()).orElseThrow();
      assertThat(foretold.graph()).isEqualTo(found.graph());
      for (int context : List.of(16, 512, 8192)) {
        assertThat(foretold.total(context, 3)).isEqualTo(found.total(context, 3));
      }
    }
  }

  @Test
  void shouldForetellWhatAnEncoderTakes() throws Exception {
    // Given
    List<ModelFiles> variants =
        imported("encoders/bert-texts", Quantization.NONE, Quantization.INT8);

    // When
    MemoryFigures figures = MemoryPrediction.figures(variants).orElseThrow();

    // Then
    assertThat(figures.variants()).containsOnlyKeys("fp32", "int8");
    for (ModelFiles files : variants) {
      for (boolean alone : new boolean[] {true, false}) {
        EncoderMemory found = MemoryPrediction.ofEncoder(files, alone).orElseThrow();
        EncoderMemory foretold = written(figures, files.reference()).encoder(alone).orElseThrow();
        assertThat(foretold.total(64, 2)).isEqualTo(found.total(64, 2));
      }
      assertThat(written(figures, files.reference()).decoder(Map.of())).isEmpty();
    }
  }

  @Test
  void shouldKnowGraphsThatOthersMade() throws Exception {
    Catalog catalog =
        read(
            "    memory: {decoder: %s, variants: {onnx-fp16: {weights: 5, graph: {cache_element: 2, grows_cache: true, writes_scores: true, logits_for_all: true}}}}\n"
                .formatted(DECODER));

    PullableVariant variant = catalog.variants(ModelReference.parse("tiny:1@onnx-fp16")).get(0);

    DecoderMemory memory = variant.decoder(Map.of()).orElseThrow();
    assertThat(memory.cachePerToken()).isEqualTo(2 * (2 * 2 * 2 * 16) * 2);
    assertThat(memory.graph().cacheLength()).isEmpty();
    assertThat(variant.decoder(Map.of("kv", "int8"))).as("only Bantam's own can").isEmpty();
    assertThat(variant.model().yaml())
        .contains(
            "    onnx-fp16: {weights: 5, graph: {cache_element: 2, grows_cache: true, writes_scores: true, logits_for_all: true}}");
  }

  @Test
  void shouldForetellNothingOfWhatTheCatalogSaysNothing() throws Exception {
    assertThat(read("").variants(ModelReference.parse("tiny"))).isEmpty();
    assertThat(read("    memory:\n").variants(ModelReference.parse("tiny"))).isEmpty();
    assertThat(read("").variants(ModelReference.parse("huge"))).isEmpty();
    assertThat(Catalog.builtIn().variants(ModelReference.parse("smollm2-135m-instruct@q4_all")))
        .hasSize(1);
    assertThat(Catalog.builtIn().variants(ModelReference.parse("smollm2-135m-instruct:2")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{variants: {q8: {weights: 5}}}|either a \"decoder\" or an \"encoder\"",
        "{decoder: DECODER}|give \"variants\"",
        "{decoder: DECODER, variants: {q8: {}}}|weights",
        "{decoder: DECODER, variants: {q8: {weights: 0}}}|\"weights\" must be more than 0",
        "{decoder: {layers: 2}, variants: {q8: {weights: 5}}}|\"heads\" must be more than 0",
        "{decoder: DECODER, variants: {q8: {weight: 5}}}|weight",
        "{decoder: DECODER, variants: {Q8: {weights: 5}}}|\"Q8\" is no model variant",
        "[q8]|memory: ",
      })
  void shouldSayWhatIsWrong(String memory, String message) {
    assertThatThrownBy(() -> read("    memory: " + memory.replace("DECODER", DECODER) + "\n"))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.USAGE))
        .hasMessageContaining("catalog.yaml: model tiny: memory: ")
        .hasMessageContaining(message);
  }

  private List<ModelFiles> imported(String resource, Quantization... quantizations)
      throws Exception {
    ModelRepository models = ModelRepository.open(folder.resolve("models"));
    Path file = Path.of(MemoryFiguresTest.class.getResource("/" + resource).toURI());
    InstalledModel model = null;
    for (Quantization quantization : quantizations) {
      model = models.importFile(file, "tiny", quantization, ImportListener.NONE);
    }
    return models.variants(model.reference());
  }
}
