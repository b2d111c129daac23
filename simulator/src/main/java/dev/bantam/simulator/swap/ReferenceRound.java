package dev.bantam.simulator.swap;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.TaskClient;
import dev.bantam.simulator.client.TaskClientException;
import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.scenario.ApplicationSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks what answers are compared with, one request after the other: of each version of each slot,
 * or of devices as they are.
 *
 * @param references where answers are kept
 * @param prefix of the clients' identifiers
 * @param say is told what is being done
 */
record ReferenceRound(
    Vertx vertx, BrokerAccess broker, References references, String prefix, Consumer<String> say) {

  /**
   * All of it.
   *
   * @param devices whom applications ask, by their ids; a fleet's are not in it
   */
  Future<Void> ask(
      List<SlotSwaps> swaps, List<ApplicationSpec> askers, Map<String, String> devices) {
    List<Supplier<Future<Void>>> steps = new ArrayList<>();
    for (SlotSwaps each : swaps) {
      String device = each.slot().device();
      List<ApplicationSpec> own =
          askers.stream()
              .filter(asker -> devices.getOrDefault(asker.id(), device).equals(device))
              .toList();
      each.spec().models().stream()
          .distinct()
          .forEach(model -> steps.add(() -> askVersion(each, model, own)));
    }
    return inOrder(steps);
  }

  /**
   * All of it, where nothing is swapped.
   *
   * @param devices whom applications ask, by their ids; a fleet's are not in it
   */
  Future<Void> askAsTheyAre(List<ApplicationSpec> askers, Map<String, String> devices) {
    List<Supplier<Future<Void>>> steps = new ArrayList<>();
    for (ApplicationSpec asker : askers) {
      steps.add(() -> askDevice(asker, devices.get(asker.id())));
    }
    return inOrder(steps);
  }

  private Future<Void> askDevice(ApplicationSpec asker, @Nullable String device) {
    if (device == null) {
      return failed("it is not said which device application %s asks".formatted(asker.id()));
    }
    say.accept("asking device %s what it answers to %s".formatted(device, asker.id()));
    String clientId = "%s-%s-reference".formatted(prefix, asker.id());
    return TaskClient.connect(vertx, broker, device, clientId)
        .compose(client -> askAll(client, List.of(asker), this::keep).eventually(client::close));
  }

  private Future<Void> askVersion(SlotSwaps swaps, String model, List<ApplicationSpec> askers) {
    String device = swaps.slot().device();
    say.accept("asking %s of device %s what it answers".formatted(model, device));
    return have(swaps, model)
        .compose(had -> TaskClient.connect(vertx, broker, device, clientId(swaps, model)))
        .compose(
            client ->
                askAll(
                        client,
                        askers,
                        (asker, body, answer) -> keepOfVersion(swaps, model, asker, body, answer))
                    .eventually(client::close));
  }

  /** Another for each version: a device answers what it has answered before to the same client. */
  private String clientId(SlotSwaps swaps, String model) {
    int version = swaps.spec().models().indexOf(model);
    return "%s-%s-%s-reference-%d"
        .formatted(prefix, swaps.spec().id(), swaps.slot().device(), version);
  }

  private Future<Void> have(SlotSwaps swaps, String model) {
    if (swaps.slot().has(model)) {
      return Future.succeededFuture();
    }
    String deployment = "%s-%s-reference".formatted(prefix, swaps.spec().id());
    return swaps
        .controllers()
        .get(0)
        .want(deployment, model, swaps.spec().policy(), swaps.spec().limit())
        .compose(
            end ->
                end.result() == SwapResult.SUCCESSFUL
                    ? Future.succeededFuture()
                    : failed(
                        "slot %s of device %s cannot be given %s before the run: %s %s"
                            .formatted(
                                swaps.slot().name(),
                                swaps.slot().device(),
                                model,
                                end.result(),
                                end.reason())));
  }

  /** What is done with an answer; fails if it is not one that others can be compared with. */
  private interface Keeper {
    Future<Void> keep(ApplicationSpec asker, Map<String, Object> body, Map<String, Object> answer);
  }

  private Future<Void> askAll(TaskClient client, List<ApplicationSpec> askers, Keeper keeper) {
    List<Supplier<Future<Void>>> steps = new ArrayList<>();
    for (ApplicationSpec asker : askers) {
      for (Map<String, Object> body : asker.bodies()) {
        steps.add(() -> askOne(client, asker, body, keeper));
      }
    }
    return inOrder(steps);
  }

  private static Future<Void> askOne(
      TaskClient client, ApplicationSpec asker, Map<String, Object> body, Keeper keeper) {
    return client
        .ask(asker.task(), body, text -> {}, asker.patience())
        .compose(
            result ->
                result instanceof TaskResult.Answered answered
                    ? keeper.keep(asker, body, answered.fields())
                    : failed(refusal(asker, (TaskResult.Refused) result)));
  }

  private static String refusal(ApplicationSpec asker, TaskResult.Refused refused) {
    return "application %s is not answered before the run: %s, %s"
        .formatted(asker.id(), refused.code(), refused.message());
  }

  private Future<Void> keep(
      ApplicationSpec asker, Map<String, Object> body, Map<String, Object> answer) {
    references.keep(body, answer);
    return Future.succeededFuture();
  }

  private Future<Void> keepOfVersion(
      SlotSwaps swaps,
      String model,
      ApplicationSpec asker,
      Map<String, Object> body,
      Map<String, Object> answer) {
    String by = String.valueOf(answer.get("model"));
    if (!swaps.slot().name().equals(answer.get("slot")) || !Slot.isA(by, model)) {
      return failed(
          "application %s has reference: true, but its task is answered by %s in slot %s, not by %s in slot %s"
              .formatted(asker.id(), by, answer.get("slot"), model, swaps.slot().name()));
    }
    return keep(asker, body, answer);
  }

  private static Future<Void> failed(String message) {
    return Future.failedFuture(new TaskClientException(message, null));
  }

  private static Future<Void> inOrder(List<Supplier<Future<Void>>> steps) {
    Future<Void> done = Future.succeededFuture();
    for (Supplier<Future<Void>> step : steps) {
      done = done.compose(before -> step.get());
    }
    return done;
  }
}
