import com.sun.management.OperatingSystemMXBean;
import dev.bantam.inference.encoder.EncoderBatcher;
import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What decision 0070 rests on: an encoder's time by texts a run, by runs side by side and threads of each, and how far a
 * sentence's embedding depends on its neighbours in a batch. After a `./bantam` command has built Bantam:
 *
 *   java -cp "$(tr '\n' ':' < runtime/cli/target/dist/current/classpath)" deploy/bench/EncoderRuns.java \
 *     ~/.local/share/bantam/models all-minilm-l6-v2-int8
 */
final class EncoderRuns {

  private static final String[] WORDS =
      "the pump in hall seven reports a temperature of ninety degrees and has not answered for minutes valve open"
          .split(" ");
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final ModelFiles files;

  private EncoderRuns(ModelFiles files) {
    this.files = files;
  }

  public static void main(String[] args) throws Exception {
    EncoderRuns runs =
        new EncoderRuns(ModelRepository.open(Path.of(args[0])).resolve(ModelReference.parse(args[1])));
    runs.byTextsOfARun();
    runs.aLongText();
    for (int round = 1; round <= 3; round++) {
      System.out.println("round " + round);
      for (int clients : new int[] {16, 1}) {
        runs.bySideAndThreads(2, 1, false, clients);
        runs.bySideAndThreads(1, 1, false, clients);
        runs.bySideAndThreads(1, 2, false, clients);
        runs.bySideAndThreads(1, 2, true, clients);
      }
    }
  }

  private EncoderModel load(int threads, boolean spinning) throws Exception {
    return EncoderModel.load(files, new LoadContext(threads, 512, spinning, Optional.empty(), Map.of()));
  }

  private static EncoderInput sentence(EncoderModel model, Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    return model.input(model.tokenizer().tokenize(text.toString()));
  }

  private static List<EncoderInput> sentences(EncoderModel model, int count) {
    Random random = new Random(1);
    List<EncoderInput> sentences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sentences.add(sentence(model, random, 6 + random.nextInt(10)));
    }
    return sentences;
  }

  private void byTextsOfARun() throws Exception {
    try (EncoderModel model = load(1, false)) {
      List<EncoderInput> sentences = sentences(model, 512);
      model.runAll(sentences);
      for (int texts : new int[] {1, 2, 4, 8, 16, 64}) {
        long cpu = SYSTEM.getProcessCpuTime();
        for (int from = 0; from < sentences.size(); from += texts) {
          model.run(sentences.subList(from, from + texts));
        }
        double spent = (SYSTEM.getProcessCpuTime() - cpu) / 1e6 / sentences.size();
        System.out.printf("%d texts a run, 1 thread: CPU %.2f ms a text%n", texts, spent);
      }
      neighbours(model, sentences.subList(0, 256));
    }
  }

  private static void neighbours(EncoderModel model, List<EncoderInput> sentences) throws Exception {
    List<EncoderResult> together = model.runAll(sentences);
    double sum = 0;
    double least = 1;
    for (int i = 0; i < sentences.size(); i++) {
      float[] alone = values(model.run(sentences.subList(i, i + 1)).get(0));
      float[] batched = values(together.get(i));
      double cosine = dot(alone, batched) / Math.sqrt(dot(alone, alone) * dot(batched, batched));
      sum += cosine;
      least = Math.min(least, cosine);
    }
    System.out.printf("alone and in a batch: mean cosine %.5f, least %.5f%n", sum / sentences.size(), least);
  }

  private static float[] values(EncoderResult result) {
    return ((EncoderResult.Embedding) result).values();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private void aLongText() throws Exception {
    for (int threads : new int[] {1, 2, 1, 2}) {
      try (EncoderModel model = load(threads, false)) {
        List<EncoderInput> text = List.of(sentence(model, new Random(1), 1000));
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 40; i++) {
          long begin = System.nanoTime();
          model.run(text);
          least = Math.min(least, (System.nanoTime() - begin) / 1e6);
        }
        System.out.printf("one text of %d tokens, %d threads: %.1f ms at best%n", text.get(0).size(), threads, least);
      }
    }
  }

  private void bySideAndThreads(int runners, int threads, boolean spinning, int clients) throws Exception {
    ExecutorService asking = Executors.newFixedThreadPool(clients);
    AtomicLong answered = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    try (EncoderModel model = load(threads, spinning);
        EncoderBatcher batcher = new EncoderBatcher(model::run, model::run, "runner", runners)) {
      for (int client = 0; client < clients; client++) {
        Random random = new Random(client);
        asking.submit(
            () -> {
              while (!stop.get()) {
                batcher.encode(List.of(sentence(model, random, 6 + random.nextInt(10))), CancellationToken.NONE);
                answered.incrementAndGet();
              }
              return null;
            });
      }
      TimeUnit.MILLISECONDS.sleep(1500);
      long count = answered.get();
      long runs = batcher.runs();
      long cpu = SYSTEM.getProcessCpuTime();
      long begin = System.nanoTime();
      TimeUnit.SECONDS.sleep(3);
      count = answered.get() - count;
      runs = batcher.runs() - runs;
      System.out.printf(
          "%d runners of %d threads%s, %d clients: %.0f requests/s, CPU %.2f ms a request, %.1f texts a run%n",
          runners, threads, spinning ? " that spin" : "", clients, count / ((System.nanoTime() - begin) / 1e9),
          (SYSTEM.getProcessCpuTime() - cpu) / 1e6 / count, (double) count / runs);
      stop.set(true);
      asking.shutdown();
      asking.awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
