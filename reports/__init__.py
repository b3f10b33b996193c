"""Paper and workbooks made from ready data; knows neither tables nor windows."""
