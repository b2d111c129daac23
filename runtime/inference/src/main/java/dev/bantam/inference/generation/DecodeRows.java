package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.SequenceBatch;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests that decode together, each in its row of a batch. Not thread-safe. */
final class DecodeRows {

  private final DecoderModel model;
  private final int vocab;
  private final List<DecodeJob> jobs = new ArrayList<>();
  private @Nullable SequenceBatch batch;

  DecodeRows(DecoderModel model) {
    this.model = model;
    this.vocab = model.config().vocabSize();
  }

  boolean holds(DecodeJob job) {
    return jobs.contains(job);
  }

  /** Takes a request in. If that fails all of them do. */
  void join(DecodeJob job) {
    try {
      SequenceBatch open = batch;
      if (open == null) {
        open = model.newBatch();
        batch = open;
      }
      job.moveTo(open);
      jobs.add(job);
    } catch (TaskException | RuntimeException e) {
      job.fail(e);
      failAll(e);
    }
  }

  /** Lets the only request go on in a sequence of its own. */
  void part() {
    part(0);
  }

  private void part(int row) {
    DecodeJob job = jobs.get(row);
    try {
      if (batch != null) {
        job.moveFrom(batch, row);
      }
    } catch (TaskException | RuntimeException e) {
      job.fail(e);
    }
    leave(row);
  }

  /** Decodes a token of each. */
  void step() {
    SequenceBatch open = batch;
    if (open == null) {
      return;
    }
    try {
      FloatBuffer logits = open.step(jobs.stream().mapToInt(DecodeJob::next).toArray());
      for (int row = 0; row < jobs.size(); row++) {
        jobs.get(row).accept(logits.slice(row * vocab, vocab));
      }
    } catch (TaskException | RuntimeException e) {
      failAll(e);
    }
    dropEnded();
  }

  /** Gives the rows of requests back that have ended, or whose context has slid. */
  void dropEnded() {
    for (int row = jobs.size() - 1; row >= 0; row--) {
      if (jobs.get(row).isOver()) {
        leave(row);
      } else if (jobs.get(row).isPrompt()) {
        part(row);
      }
    }
  }

  private void leave(int row) {
    DecodeJob last = jobs.remove(jobs.size() - 1);
    if (row < jobs.size()) {
      jobs.set(row, last);
    }
    if (batch != null) {
      batch.remove(row);
      if (jobs.isEmpty()) {
        close();
      }
    }
  }

  /** Ends all of them. */
  void failAll(Throwable reason) {
    jobs.forEach(job -> job.fail(reason));
    jobs.clear();
    close();
  }

  private void close() {
    if (batch != null) {
      batch.close();
      batch = null;
    }
  }
}
