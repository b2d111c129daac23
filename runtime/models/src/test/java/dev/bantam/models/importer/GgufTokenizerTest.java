package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.gguf.GgufBytes;
import dev.bantam.models.gguf.GgufFile;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.importer.source.SourceTokenizer;
import dev.bantam.models.store.BlobWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufTokenizerTest {

  private static final int BOOL = 7;

  @TempDir Path folder;

  private static GgufBytes tokenizer() {
    return new GgufBytes()
        .text("tokenizer.ggml.model", "llama")
        .texts("tokenizer.ggml.tokens", "<unk>", "<s>", "</s>", "a")
        .reals("tokenizer.ggml.scores", 4)
        .uint32("tokenizer.ggml.bos_token_id", 1)
        .uint32("tokenizer.ggml.eos_token_id", 2);
  }

  private static GgufBytes flag(GgufBytes file, String key, boolean value) {
    byte[] bit = {(byte) (value ? 1 : 0)};
    return file.raw("tokenizer.ggml." + key, GgufBytes.join(GgufBytes.int32(BOOL), bit));
  }

  private GgufMetadata metadata(GgufBytes bytes) throws Exception {
    try (GgufFile file = GgufFile.open(bytes.write(folder.resolve("tokenizer.gguf")))) {
      return file.metadata();
    }
  }

  private SourceTokenizer read(GgufBytes bytes) throws Exception {
    return GgufTokenizer.of(metadata(bytes));
  }

  private String json(GgufBytes bytes) throws Exception {
    FolderBlobs blobs = new FolderBlobs(folder);
    try (BlobWriter writer = blobs.open()) {
      read(bytes).json().writeTo(writer);
      return Files.readString(blobs.path(writer.commit()));
    }
  }

  @Test
  void shouldBeginPromptsUnlessTheFileSaysOtherwise() throws Exception {
    assertThat(read(tokenizer()).addBos()).isTrue();
    assertThat(read(flag(tokenizer(), "add_bos_token", false)).addBos()).isFalse();
  }

  /** What ends a text stops an answer; behind a prompt it would leave nothing to go on with. */
  @Test
  void shouldStopAtTheEndThatAFileWantsBehindATextAndNotPutItThere() throws Exception {
    GgufBytes ending = flag(tokenizer(), "add_eos_token", true);

    assertThat(read(ending).stops()).containsExactly(2);
    assertThat(json(ending)).isEqualTo(json(tokenizer())).contains("\"post_processor\":null");
  }
}
