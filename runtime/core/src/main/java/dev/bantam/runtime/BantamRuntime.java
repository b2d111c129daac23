package dev.bantam.runtime;

import dev.bantam.documents.ReadResult;
import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.dispatch.OwnTasks;
import dev.bantam.runtime.dispatch.RequestDispatcher;
import dev.bantam.runtime.event.DeviceEvents;
import dev.bantam.runtime.health.StatusDocument;
import dev.bantam.runtime.machine.ListenAddress;
import dev.bantam.runtime.mqtt.GatewaySetup;
import dev.bantam.runtime.mqtt.Keeping;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.route.Routes;
import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.runtime.store.StoreSettings;
import dev.bantam.runtime.swap.Swaps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device that answers requests: profile, plugins, models in slots, dispatcher and MQTT, put
 * together. Public methods may be called by any thread.
 */
public final class BantamRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(BantamRuntime.class);

  /** Cancelled handlers get this long to notice before their clients are told by the gateway. */
  private static final Duration NOTICE = Duration.ofMillis(1500);

  /** After the drain only handlers that ignore their cancellation still hold a model. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Context context;
  private final RuntimeOptions options;
  private final RuntimeParts parts;
  private final RequestDispatcher dispatcher;
  private final RuntimePortrait portrait;
  private final RuntimeTelemetry telemetry;
  private final AtomicReference<@Nullable Future<Void>> stopping = new AtomicReference<>();
  private final DeviceEvents events;
  private final RuntimeNews news;
  private final Routes routes;
  private final Governor governor;
  private final Swaps swaps;
  private final RuntimeHttp http;
  private final ConfigReload reload;
  private final VacancyWatch vacancies;
  private final RuntimeLeisure leisure;
  private @Nullable MqttGateway gateway;

  /** Empty where nothing is kept over a restart. */
  private final Optional<Future<DeviceStore>> store;

  private BantamRuntime(
      Context context,
      RuntimeOptions options,
      RuntimeParts parts,
      Optional<Future<DeviceStore>> store) {
    this.context = context;
    this.options = options;
    this.parts = parts;
    this.store = store;
    this.dispatcher =
        new RequestDispatcher(
            context, parts.slots().stream().map(LoadedSlot::workers).toList(), parts.memory());
    this.events = new DeviceEvents(context, options.site().device());
    this.swaps = new Swaps(events);
    parts.slots().forEach(slot -> swaps.add(host(slot), slot.start()));
    this.governor =
        new Governor(
            context,
            options,
            parts,
            dispatcher,
            new SmallerVariants(context, options, parts, swaps, this::host),
            events);
    this.portrait = new RuntimePortrait(options, parts, governor, swaps::report);
    this.news = new RuntimeNews(events, parts);
    this.routes =
        new Routes(context, options.site().device(), options.site().routes(), dispatcher, events);
    RuntimeFigures figures = new RuntimeFigures(context, portrait, parts, routes, governor, swaps);
    this.telemetry = new RuntimeTelemetry(context, portrait, figures);
    this.http =
        new RuntimeHttp(
            context,
            parts.profile().http().over(options.site().http()),
            portrait,
            figures,
            parts.slots());
    this.reload =
        new ConfigReload(
            context,
            parts.profile(),
            new SlotReload(options, parts, swaps, this::host),
            new ConfigReload.Running(telemetry, governor, routes),
            news);
    this.vacancies =
        new VacancyWatch(context, parts.slots(), swaps, this::host, options.vacancyRetry());
    this.leisure = new RuntimeLeisure(options, parts, swaps, governor);
  }

  private LoadedSlotHost host(LoadedSlot slot) {
    return new LoadedSlotHost(context, options, parts, slot, dispatcher);
  }

  /**
   * Loads plugins and models, then begins to connect. What was loaded is given back if a later step
   * fails.
   *
   * @return the runtime, which serves as soon as the broker is there (see {@link #ready}); fails
   *     with a {@link StartException} that says what to do
   */
  public static Future<BantamRuntime> start(Vertx vertx, RuntimeOptions options) {
    Context context = vertx.getOrCreateContext();
    Optional<Future<DeviceStore>> store = store(context, options);
    Future<RuntimeParts> loaded = blocking(context, () -> RuntimeParts.load(options));
    return loaded
        .compose(
            parts ->
                onContext(
                        context,
                        () -> connecting(new BantamRuntime(context, options, parts, store)))
                    .recover(
                        failure ->
                            close(context, parts)
                                .compose(nothing -> Future.failedFuture(explained(failure)))))
        .recover(why -> close(context, store).compose(nothing -> Future.failedFuture(why)));
  }

  /** Opens it beside the loading of models. */
  private static Optional<Future<DeviceStore>> store(Context context, RuntimeOptions options) {
    return options
        .state()
        .map(folder -> folder.resolve(options.site().device() + ".db"))
        .map(
            file ->
                blocking(context, () -> DeviceStore.open(file, context, options.site().store())));
  }

  private static Future<BantamRuntime> connecting(BantamRuntime runtime) {
    return runtime.connect().onFailure(why -> runtime.governor.stop());
  }

  private Future<BantamRuntime> connect() {
    return governor.start().compose(nothing -> keeping()).compose(this::connect);
  }

  /** A store that cannot be opened is a warning: answering goes on without. */
  private Future<Keeping> keeping() {
    StoreSettings bounds = options.site().store();
    if (store.isEmpty()) {
      return Future.succeededFuture(new Keeping(bounds, Optional.empty()));
    }
    return store
        .get()
        .map(Optional::of)
        .otherwise(
            why -> {
              LOG.warn(
                  "{}; answers are not remembered over a restart, and messages that wait for the broker are in memory only",
                  why.getMessage());
              news.withoutStore(String.valueOf(why.getMessage()));
              return Optional.empty();
            })
        .map(opened -> new Keeping(bounds, opened));
  }

  private Future<BantamRuntime> connect(Keeping keeping) {
    news.started();
    return MqttGateway.start(
            context,
            new GatewaySetup(
                options.site().mqtt().orPacketsOf(parts.profile().maxPacketBytes()),
                new Topics(options.site().device()),
                options.site().fleet().stream().map(FleetTopics::new).toList(),
                new OwnTasks(
                    routes.withTasks(),
                    Map.of(SlotStatusTask.NAME, new SlotStatusTask(portrait, swaps))),
                portrait,
                routes.feeds(),
                keeping,
                swaps::desired,
                events))
        .map(
            started -> {
              gateway = started;
              governor.guard(started);
              telemetry.start(started, options.site().mqtt().telemetry());
              vacancies.start();
              swaps.onChange(() -> context.runOnContext(nothing -> started.slotsChanged()));
              return started;
            })
        .compose(http::open)
        .map(opened -> this);
  }

  private static Throwable explained(Throwable failure) {
    return failure instanceof StartException
        ? failure
        : new StartException(
            "the connection to the broker cannot be set up: " + failure.getMessage(), failure);
  }

  /** Completes once every connection to the broker is there and subscribed for the first time. */
  public Future<Void> ready() {
    return onContext(context, () -> running().ready());
  }

  /** Whether every connection to the broker is there right now. */
  public Future<Boolean> connected() {
    return onContext(context, () -> Future.succeededFuture(running().connected()));
  }

  /**
   * Goes on with another configuration as far as that is possible without a restart, and tells what
   * came of it. If it is not valid, or does not go with the device profile, nothing changes. After
   * those that were read before.
   *
   * @param read of the changed file
   */
  public Future<ReloadReport> reload(ReadResult<SiteConfig> read) {
    return onContext(context, () -> reload.take(read, running()));
  }

  /** How busy the runtime is. */
  public Future<RuntimeLeisure.Moment> moment() {
    return onContext(context, () -> Future.succeededFuture(leisure.now()));
  }

  /** Slots whose model was loaded without knowing how it runs fastest here. */
  public Future<List<RuntimeLeisure.Untuned>> untuned() {
    return blocking(context, leisure::untuned);
  }

  private MqttGateway running() {
    MqttGateway started = gateway;
    if (started == null) {
      throw new IllegalStateException("the runtime has not started");
    }
    return started;
  }

  public DeviceProfile profile() {
    return parts.profile();
  }

  public Hardware hardware() {
    return parts.hardware();
  }

  /** Where its health and figures are; empty if nowhere. */
  public Optional<ListenAddress> http() {
    return http.address();
  }

  /** How the runtime is now. */
  public StatusDocument status() {
    return portrait.document();
  }

  /**
   * Stops: takes no more requests, lets those in flight finish within {@link
   * RuntimeOptions#drainLimit}, says goodbye to the broker, closes models and plugins. Every call
   * returns the same future.
   */
  public Future<Void> stop() {
    Promise<Void> promise = Promise.promise();
    if (!stopping.compareAndSet(null, promise.future())) {
      return Objects.requireNonNull(stopping.get());
    }
    LOG.info("stopping: draining for up to {} s", options.drainLimit().toSeconds());
    onContext(context, this::drain)
        .eventually(this::endSwaps)
        .eventually(() -> close(context, store))
        .eventually(() -> onContext(context, http::close))
        .eventually(() -> close(context, parts))
        .onComplete(promise);
    return promise.future();
  }

  private Future<Void> drain() {
    governor.stop();
    vacancies.stop();
    swaps.onChange(() -> {});
    swaps.stop();
    news.draining(options.drainLimit());
    portrait.ends("draining");
    running().publishReported();
    Duration limit = options.drainLimit().dividedBy(2);
    return running()
        .leaveFleet()
        .compose(left -> Future.join(running().finishFleet(limit), running().drainFeeds(limit)))
        .compose(ended -> drainTheRest());
  }

  private Future<Void> drainTheRest() {
    Future<Void> drained = dispatcher.drain(options.drainLimit());
    return running()
        .drainAndClose(options.drainLimit().plus(NOTICE), this::lastWords)
        .eventually(() -> drained);
  }

  private void lastWords() {
    routes.close();
    telemetry.stop();
    portrait.ends("stopped");
    running().publishReported();
    news.stopped(dispatcher.cutShort());
  }

  private Future<Void> endSwaps() {
    return blocking(
        context,
        () -> {
          swaps.awaitEnd();
          return null;
        });
  }

  /** If it could be opened. */
  private static Future<Void> close(Context context, Optional<Future<DeviceStore>> store) {
    if (store.isEmpty()) {
      return Future.succeededFuture();
    }
    return store
        .get()
        .compose(
            opened ->
                blocking(
                    context,
                    () -> {
                      opened.close();
                      return null;
                    }))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private static Future<Void> close(Context context, RuntimeParts parts) {
    return blocking(
        context,
        () -> {
          parts.close(CLOSE_LIMIT);
          return null;
        });
  }

  private static <T> Future<T> blocking(Context context, Callable<T> work) {
    return context.executeBlocking(work, false);
  }

  private static <T> Future<T> onContext(Context context, Callable<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            work.call().onComplete(promise);
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }
}
