package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.LoadContext;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Imported models of every family: sequences of different lengths decode together as alone. */
class FamilyBatchTest {

  private static final Path FAMILIES =
      Path.of(System.getProperty("bantam.root"), "runtime/models/src/test/resources/families");

  /** Whether kernels give the same to the bit is the processor's business. */
  private static final Offset<Float> CLOSE = Offset.offset(1e-3f);

  private static final int STEPS = 4;

  @TempDir Path work;

  static List<Path> models() throws Exception {
    try (var folders = Files.list(FAMILIES)) {
      return folders
          .sorted()
          .flatMap(folder -> List.of("float.gguf", "quantized.gguf").stream().map(folder::resolve))
          .filter(Files::exists)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldDecodeTogetherAsAlone(Path file) throws Exception {
    ModelRepository repository = ModelRepository.open(work);
    InstalledModel installed = repository.importFile(file, "tiny", ImportListener.NONE);
    try (DecoderModel model =
        DecoderModel.load(
            repository.resolve(installed.reference(installed.variants().get(0))),
            LoadContext.of(1, 1000))) {
      boolean turns = model.config().shortContextLength().isPresent();
      assertThat(model.mostRows() > 1).isEqualTo(!turns);
      if (!turns) {
        assertSameTogether(model);
      }
    }
  }

  private static void assertSameTogether(DecoderModel model) throws Exception {
    Random random = new Random(1);
    int vocab = model.config().vocabSize();
    List<Sequence> alone = new ArrayList<>();
    try (SequenceBatch batch = model.newBatch()) {
      for (int length : List.of(3, 50, 17)) {
        Sequence sequence = model.newSequence();
        alone.add(sequence);
        FloatBuffer unused = sequence.evaluate(random.ints(length, 0, vocab).toArray(), 1);
        batch.add(sequence);
      }
      for (int step = 0; step < STEPS; step++) {
        int[] tokens = random.ints(alone.size(), 0, vocab).toArray();
        FloatBuffer together = batch.step(tokens);
        for (int row = 0; row < tokens.length; row++) {
          FloatBuffer one = alone.get(row).evaluate(new int[] {tokens[row]}, 1);
          for (int id = 0; id < vocab; id++) {
            assertThat(together.get(row * vocab + id)).isCloseTo(one.get(id), CLOSE);
          }
        }
      }
    } finally {
      alone.forEach(Sequence::close);
    }
  }
}
