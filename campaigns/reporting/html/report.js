(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.remove('nojs');
  root.classList.add('js');

  // Light or dark: as the system has it, until somebody says otherwise.
  var themes = ['', 'light', 'dark'], names = ['system', 'light', 'dark'], at = 0;
  var button = document.getElementById('theme');
  button.addEventListener('click', function () {
    at = (at + 1) % themes.length;
    if (themes[at]) { root.dataset.theme = themes[at]; } else { delete root.dataset.theme; }
    button.textContent = 'Theme: ' + names[at];
  });

  // What a mark says stands beside the pointer, or beside the mark that has the focus.
  var tip = document.getElementById('tip');
  function show(mark, x, y) {
    tip.textContent = mark.getAttribute('aria-label');
    tip.style.display = 'block';
    var box = tip.getBoundingClientRect();
    var left = Math.min(Math.max(8, x + 14), window.innerWidth - box.width - 8);
    var top = y + 18 + box.height > window.innerHeight ? y - box.height - 12 : y + 18;
    tip.style.left = left + 'px';
    tip.style.top = top + 'px';
  }
  function hide() { tip.style.display = 'none'; }

  function each(list, work) { Array.prototype.forEach.call(list, work); }

  function light(figure, series) {
    each(figure.querySelectorAll('svg [data-s]'), function (one) {
      var is_other = series !== null && one.dataset.s !== series;
      one.classList.toggle('dim', is_other);
      one.classList.toggle('lit', series !== null && !is_other);
    });
  }

  each(document.querySelectorAll('figure'), function (figure) {
    each(figure.querySelectorAll('svg[role=group]'), function (svg) {
      var marks = Array.prototype.slice.call(svg.querySelectorAll('.point'));
      marks.forEach(function (mark) {
        var title = mark.querySelector('title');
        if (title) { title.remove(); }  // ours is quicker, and two would be one too many
        mark.addEventListener('pointermove', function (event) { show(mark, event.clientX, event.clientY); });
        mark.addEventListener('pointerleave', hide);
        mark.addEventListener('focus', function () {
          var box = mark.getBoundingClientRect();
          show(mark, box.left + box.width / 2, box.top + box.height / 2);
        });
        mark.addEventListener('blur', hide);
      });
      svg.addEventListener('keydown', function (event) {
        var seen = marks.filter(function (mark) { return !mark.classList.contains('off'); });
        var here = seen.indexOf(document.activeElement);
        var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (event.key === 'Escape') { svg.focus(); hide(); return; }
        if (!step || !seen.length) { return; }
        event.preventDefault();
        var next = here < 0 ? (step > 0 ? 0 : seen.length - 1) : (here + step + seen.length) % seen.length;
        seen[next].focus();
      });
    });
    each(figure.querySelectorAll('.legend button'), function (entry) {
      var series = entry.dataset.series;
      entry.addEventListener('click', function () {
        var is_on = entry.getAttribute('aria-pressed') !== 'true';
        entry.setAttribute('aria-pressed', String(is_on));
        each(figure.querySelectorAll('svg [data-s="' + series + '"]'), function (one) { one.classList.toggle('off', !is_on); });
      });
      ['pointerenter', 'focus'].forEach(function (name) {
        entry.addEventListener(name, function () { light(figure, series); });
      });
      ['pointerleave', 'blur'].forEach(function (name) {
        entry.addEventListener(name, function () { light(figure, null); });
      });
    });
  });

  // Which section one is in.
  var links = {};
  each(document.querySelectorAll('nav a'), function (link) { links[link.hash.slice(1)] = link; });
  function mark_here() {
    var found = null;
    Object.keys(links).forEach(function (id) {
      var section = document.getElementById(id);
      if (section && section.getBoundingClientRect().top < 120) { found = id; }
    });
    Object.keys(links).forEach(function (id) { links[id].classList.toggle('here', id === found); });
  }
  window.addEventListener('scroll', mark_here, { passive: true });
  mark_here();

  window.addEventListener('beforeprint', function () {
    each(document.querySelectorAll('details'), function (one) { one.open = true; });
  });
  root.dataset.ready = 'yes';
}());
