/* Draws the charts of the page on visits from its data island. The tables beside say the same,
   and stay alone where no script runs. */
(function () {
  "use strict";
  var island = document.getElementById("upheld-visits");
  if (!island || !window.uPlot) return;
  var data = JSON.parse(island.textContent);
  var drawn = [];

  function colour(name) {
    return getComputedStyle(document.querySelector(".upheld")).getPropertyValue(name).trim();
  }

  function axis(more) {
    return Object.assign({
      stroke: colour("--upheld-quiet"),
      grid: { stroke: colour("--upheld-line"), width: 1 },
      ticks: { stroke: colour("--upheld-line"), width: 1 },
      font: "13px " + getComputedStyle(document.body).fontFamily
    }, more);
  }

  function whole(plot, values) {
    return values.map(function (value) { return Number.isInteger(value) ? value : ""; });
  }

  function days(width) {
    var x = data.days.x.map(function (day) { return Date.parse(day + "T00:00:00Z") / 1000; });
    return [{
      width: width,
      height: 260,
      tzDate: function (at) { return uPlot.tzDate(new Date(at * 1000), "Etc/UTC"); },
      scales: { y: { range: function (plot, least, most) { return [0, Math.max(4, most * 1.1)]; } } },
      axes: [axis({ values: "{D} {MMM}", space: 60 }), axis({ values: whole, size: 55 })],
      series: [
        { label: "Day", value: "{D} {MMM} {YYYY}" },
        { label: "Views", stroke: colour("--upheld-accent"), width: 3, points: { size: 7 } },
        { label: "Visitors", stroke: colour("--upheld-good"), width: 3, dash: [8, 5], points: { size: 7 } }
      ]
    }, [x, data.days.views, data.days.visitors]];
  }

  function hours(width) {
    return [{
      width: width,
      height: 240,
      scales: {
        x: { time: false, range: [-0.6, 23.6] },
        y: { range: function (plot, least, most) { return [0, Math.max(4, most * 1.1)]; } }
      },
      axes: [
        axis({ values: function (plot, at) { return at.map(function (hour) { return hour + ":00"; }); }, incrs: [1, 2, 3, 6, 12], space: 55 }),
        axis({ values: whole, size: 55 })
      ],
      series: [
        { label: "Hour", value: function (plot, hour) { return hour === null ? "" : hour + ":00"; } },
        {
          label: "Views",
          stroke: colour("--upheld-accent"),
          fill: colour("--upheld-accent"),
          paths: uPlot.paths.bars({ size: [0.7, 60] }),
          points: { show: false }
        }
      ]
    }, [data.hours.x, data.hours.views]];
  }

  var kinds = { days: days, hours: hours };

  function draw() {
    drawn.forEach(function (plot) { plot.destroy(); });
    drawn = [];
    document.querySelectorAll("[data-chart]").forEach(function (place) {
      place.hidden = false;
      var style = getComputedStyle(place);
      var width = place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      var made = kinds[place.dataset.chart](Math.floor(width));
      drawn.push(new uPlot(made[0], made[1], place));
    });
  }

  var waiting = 0;
  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  }

  draw();
  window.addEventListener("resize", later);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
})();
