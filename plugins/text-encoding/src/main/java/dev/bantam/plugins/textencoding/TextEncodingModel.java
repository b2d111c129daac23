package dev.bantam.plugins.textencoding;

import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.SelfTest;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One encoder and its tasks. */
final class TextEncodingModel implements LoadedModel {

  /** Requests that meet in a batch: more wait in the slot's queue. */
  private static final int WORKERS = 16;

  private final Encoder encoder;
  private final Set<String> tasks;
  private final Embed embed;
  private final Similarity similarity;
  private final Classify classify;
  private final Tag tag;
  private final AnswerSpan answerSpan;

  /**
   * @param encoder closed with this model
   */
  TextEncodingModel(Encoder encoder, Settings settings) {
    this.encoder = encoder;
    Head head = encoder.config().head();
    this.tasks = Task.namesFor(head);
    Kinds kinds = new Kinds(encoder.config().prefixes());
    EmbeddingCache cache = EmbeddingCache.ofSize(encoder.config().hiddenSize());
    this.embed = new Embed(encoder, kinds);
    this.similarity = new Similarity(encoder, kinds);
    this.classify =
        head == Head.SEQUENCE
            ? new HeadClassify(encoder)
            : new NearestClassify(encoder, kinds, cache, settings);
    this.tag = new Tag(encoder);
    this.answerSpan = new AnswerSpan(encoder, settings);
  }

  @Override
  public Optional<Set<String>> tasks() {
    return Optional.of(tasks);
  }

  @Override
  public int usualWorkers() {
    return WORKERS;
  }

  @Override
  public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
      throws TaskException {
    if (!tasks.contains(request.task())) {
      throw new TaskException(
          ErrorCode.UNKNOWN_TASK,
          "this model has no task \"%s\"; it has: %s"
              .formatted(request.task(), String.join(", ", new TreeSet<>(tasks))));
    }
    TaskResult result =
        switch (Task.ofName(request.task())) {
          case EMBED -> embed.answer(request.body(), cancellation);
          case SIMILARITY -> similarity.answer(request.body(), cancellation);
          case CLASSIFY -> classify.answer(request.body(), cancellation);
          case TAG -> tag.answer(request.body(), cancellation);
          case ANSWER_SPAN -> answerSpan.answer(request.body(), cancellation);
        };
    if (!result.text().isEmpty()) {
      sink.delta(result.text());
    }
    return result;
  }

  @Override
  public SelfTest selfTest() throws TaskException {
    Trial.run(encoder);
    return SelfTest.NONE;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
