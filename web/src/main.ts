document.documentElement.dataset.state = 'ready';
