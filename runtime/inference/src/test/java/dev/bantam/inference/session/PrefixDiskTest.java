package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beginnings of prompts that one load of a model leaves to the next. */
class PrefixDiskTest {

  private static final long MEMORY = 1 << 24;

  @TempDir Path work;
  @TempDir Path disk;

  private ModelFiles files;
  private long room = MEMORY;

  @BeforeEach
  void setUp() throws Exception {
    files = TinyDecoder.write(work);
  }

  /** What an evaluation took over, and its last logits. */
  private record Outcome(int reused, float[] logits) {}

  private DecoderModel load(int threads) throws Exception {
    LoadContext context = LoadContext.of(threads, 600);
    DecoderModel model = DecoderModel.load(files, context);
    model.keepPrefixes(MEMORY, Optional.of(new PrefixDisk(disk, room, files, context)));
    return model;
  }

  private static Outcome ask(DecoderModel model, int[] prompt) throws Exception {
    try (Sequence sequence = model.newSequence()) {
      int reused = sequence.reuse(prompt);
      float[] logits = new float[TinyDecoder.VOCAB];
      sequence.evaluate(Arrays.copyOfRange(prompt, reused, prompt.length), 1).get(0, logits);
      sequence.keep(prompt);
      return new Outcome(reused, logits);
    }
  }

  private static int[] prompt(int seed, int common, int own) {
    int[] prompt = new Random(1).ints(common + own, 0, TinyDecoder.VOCAB).toArray();
    int[] end = new Random(seed).ints(own, 0, TinyDecoder.VOCAB).toArray();
    System.arraycopy(end, 0, prompt, common, own);
    return prompt;
  }

  /** Asks so often that what the prompts begin with is worth a place. */
  private int used(int times) throws Exception {
    int reused = 0;
    try (DecoderModel model = load(1)) {
      for (int i = 0; i < times; i++) {
        reused = ask(model, prompt(10 + i, 300, 40)).reused();
      }
    }
    return reused;
  }

  private List<Path> kept() throws Exception {
    try (Stream<Path> all = Files.list(disk)) {
      return all.toList();
    }
  }

  @Test
  void shouldGiveTheNextLoadTheSameBits() throws Exception {
    int[] next = prompt(99, 300, 60);
    float[] expected;
    try (DecoderModel without = DecoderModel.load(files, LoadContext.of(1, 600))) {
      expected = ask(without, next).logits();
    }
    int reused = used(3);
    assertThat(reused).isPositive();

    try (DecoderModel model = load(1)) {
      assertThat(model.prefixBytes()).isPositive();
      Outcome first = ask(model, next);

      assertThat(first.reused()).isEqualTo(reused);
      assertThat(first.logits()).isEqualTo(expected);
    }
  }

  @Test
  void shouldKeepWhatWasOfUseMoreThanOnceOnly() throws Exception {
    used(2);

    try (DecoderModel model = load(1)) {
      assertThat(model.prefixBytes()).isZero();
    }
  }

  @Test
  void shouldKeepWhatIsThereOverLoadsThatUseNothing() throws Exception {
    used(3);
    used(0);

    try (DecoderModel model = load(1)) {
      assertThat(model.prefixBytes()).isPositive();
    }
  }

  @Test
  void shouldTakeNothingOfAnotherModelOrAnotherWayToRunIt() throws Exception {
    used(3);

    try (DecoderModel other = load(2)) {
      assertThat(ask(other, prompt(99, 300, 60)).reused()).isZero();
    }
    // The same names and sizes, and other weights in an installed model have another name.
    Path moved = Files.move(files.require(ModelFiles.GRAPH), work.resolve("other.onnx"));
    files =
        new ModelFiles(
            files.reference(),
            Map.of(ModelFiles.GRAPH, moved, ModelFiles.CONFIG, files.require(ModelFiles.CONFIG)));
    try (DecoderModel other = load(1)) {
      assertThat(ask(other, prompt(99, 300, 60)).reused()).isZero();
    }
  }

  @Test
  void shouldKeepTheFilesOfTwoWaysAtMost() throws Exception {
    for (int threads = 1; threads <= 4; threads++) {
      load(threads).close();
    }

    assertThat(kept()).hasSize(2);
  }

  @Test
  void shouldStayWithinItsBound() throws Exception {
    room = 100_000;
    used(3);

    assertThat(Files.size(kept().get(0))).isLessThanOrEqualTo(room);
  }

  @Test
  void shouldDoWithoutAFileThatAnotherHas() throws Exception {
    used(3);

    try (DecoderModel first = load(1);
        DecoderModel second = load(1)) {
      assertThat(first.prefixBytes()).isPositive();
      assertThat(second.prefixBytes()).isZero();
      assertThat(ask(second, prompt(99, 300, 60)).logits())
          .isEqualTo(ask(first, prompt(99, 300, 60)).logits());
    }
  }

  @Test
  void shouldAnswerWhereNothingCanBeKept() throws Exception {
    Files.writeString(disk.resolve("file"), "");
    LoadContext context = LoadContext.of(1, 600);
    try (DecoderModel model = DecoderModel.load(files, context)) {
      Path none = disk.resolve("file").resolve("below");
      model.keepPrefixes(MEMORY, Optional.of(new PrefixDisk(none, room, files, context)));

      assertThat(ask(model, prompt(1, 300, 40)).reused()).isZero();
      assertThat(ask(model, prompt(2, 300, 40)).reused()).isPositive();
    }
  }
}
