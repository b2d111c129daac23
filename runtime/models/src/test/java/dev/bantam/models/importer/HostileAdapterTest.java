package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.quantize.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LoRA adapters that somebody has tampered with, merged into a sound model. */
class HostileAdapterTest {

  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final int MUTATIONS = 400;
  private static final int GGUF_MUTATIONS = 1500;
  private static final long MOST_HEAP_BYTES = 32L << 20;

  @TempDir Path folder;

  private Path adapter;

  @BeforeEach
  void copyTheSoundAdapter() throws Exception {
    adapter = Files.createDirectory(folder.resolve("adapter"));
    for (String file : new String[] {CONFIG, WEIGHTS}) {
      Files.copy(SafetensorsImportTest.resource("lora").resolve(file), adapter.resolve(file));
    }
  }

  /** Makes of a seed what is as nearly sound. */
  @FunctionalInterface
  private interface Mutation {
    byte[] of(byte[] seed, Random random);
  }

  @Test
  void shouldMergeTheSoundAdapters() throws Exception {
    assertThat(merge(adapter)).isTrue();
    assertThat(merge(SafetensorsImportTest.resource("lora.gguf"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {CONFIG, WEIGHTS})
  void shouldSurviveMutationsOfAFolder(String file) throws Exception {
    survive(adapter.resolve(file), adapter, MUTATIONS, HostileFolderTest::mutate);
  }

  @Test
  void shouldSurviveMutationsOfAGguf() throws Exception {
    Path gguf = Files.copy(SafetensorsImportTest.resource("lora.gguf"), folder.resolve("l.gguf"));
    survive(gguf, gguf, GGUF_MUTATIONS, HostileImportTest::mutate);
  }

  private void survive(Path file, Path given, int mutations, Mutation mutation) throws Exception {
    byte[] seed = Files.readAllBytes(file);
    Random random = new Random(4711);
    int refused = 0;
    for (int i = 0; i < mutations; i++) {
      Files.write(file, mutation.of(seed, random));
      long before = Heap.allocatedBytes();
      refused += merge(given) ? 0 : 1;
      assertThat(Heap.allocatedBytes() - before)
          .as("heap of mutation %d", i)
          .isLessThan(MOST_HEAP_BYTES);
    }
    assertThat(refused).isBetween(mutations / 8, mutations - 1);
  }

  /** Whether it could be merged; if not, it was refused with the importer's own exception. */
  private boolean merge(Path given) throws Exception {
    FolderBlobs blobs = new FolderBlobs(Files.createDirectories(folder.resolve("blobs")));
    try {
      ModelImporter.importModel(
          SafetensorsImportTest.resource("tied.gguf"),
          Optional.of(given),
          Quantization.NONE,
          blobs,
          ImportListener.NONE);
      return true;
    } catch (ModelException e) {
      assertThat(e.kind()).isIn(Kind.MALFORMED, Kind.UNSUPPORTED, Kind.USAGE);
      assertThat(e.getMessage()).isNotBlank();
      return false;
    }
  }
}
