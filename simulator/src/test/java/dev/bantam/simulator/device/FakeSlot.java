package dev.bantam.simulator.device;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A slot that speaks of its swaps as devices do. Its configuration can make it slow ({@code
 * swap_ms}), have no model meanwhile ({@code exclusive}), keep what it should give back ({@code
 * leak_kib} a swap), refuse every n-th swap ({@code rejects}), never end every n-th ({@code
 * forgets}) and have every n-th answer be another version's ({@code mixes}), at first that of
 * {@code other}.
 */
final class FakeSlot {

  private final Vertx vertx;
  private final JsonObject config;
  private final Consumer<String> report;
  private final List<byte[]> leaked = new ArrayList<>();
  private String active;
  private String other;
  private long generation;
  private long answers;
  private JsonObject outcome = new JsonObject();
  private JsonObject wish = new JsonObject();
  private long timer = -1;

  FakeSlot(Vertx vertx, JsonObject config, Consumer<String> report) {
    this.vertx = vertx;
    this.config = config;
    this.report = report;
    this.active = config.getString("model", "");
    this.other = config.getString("other", active);
  }

  String name() {
    return config.getString("name", "");
  }

  void desired(JsonObject desired) {
    if (desired.getLong("generation") <= generation) {
      return;
    }
    if (timer >= 0 && vertx.cancelTimer(timer)) {
      end("SUPERSEDED");
    }
    generation = desired.getLong("generation");
    wish = desired;
    if (isTurn("rejects")) {
      end("REJECTED");
    } else if (!isTurn("forgets")) {
      timer = vertx.setTimer(config.getLong("swap_ms", 20L), fired -> swapped());
      say();
    }
  }

  private boolean isTurn(String what) {
    long every = config.getLong(what, 0L);
    return every > 0 && generation % every == 0;
  }

  private void swapped() {
    timer = -1;
    other = active;
    active = wish.getString("model").replace("@", ":1@");
    byte[] kept = new byte[config.getInteger("leak_kib", 0) << 10];
    for (int i = 0; i < kept.length; i += 1024) {
      kept[i] = 1;
    }
    leaked.add(kept);
    end("SUCCESSFUL");
  }

  private void end(String result) {
    timer = -1;
    outcome =
        new JsonObject()
            .put("generation", wish.getLong("generation"))
            .put("deployment_id", wish.getString("deployment_id"))
            .put("result", result)
            .put("reason", "because");
    say();
  }

  /** Publishes how it is. */
  void say() {
    JsonObject body =
        new JsonObject()
            .put("slot", name())
            .put("state", "serving")
            .put("active", new JsonObject().put("model", active));
    if (timer >= 0) {
      JsonObject progress = new JsonObject().put("generation", generation).put("phase", "loading");
      body.put("progress", progress);
    }
    if (!outcome.isEmpty()) {
      body.put("outcome", outcome);
    }
    report.accept(body.encode());
  }

  /** What it makes of a request. */
  JsonObject answer(JsonObject request) {
    if (timer >= 0 && config.getBoolean("exclusive", false)) {
      JsonObject error = new JsonObject().put("code", "busy").put("message", "it changes");
      if (config.getBoolean("hints", true)) {
        error.put("retry_after_ms", 100);
      }
      return new JsonObject().put("id", request.getString("id")).put("error", error);
    }
    long every = config.getLong("mixes", 0L);
    boolean mixes = every > 0 && ++answers % every == 0;
    return request
        .copy()
        .put("text", request.getString("text") + " by " + (mixes ? other : active))
        .put("model", active)
        .put("slot", name())
        .put("timings", new JsonObject().put("queue_ms", answers));
  }
}
